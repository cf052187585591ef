"""Ask held-out questions of draws of paragraphs and keep the evidence for every candidate: `fusion.py` and `probability.py` rest on it.

    held-out questions ──draws──▶ small indexes ──stages of a search──▶ scores of every candidate ──▶ cache/evidence_MODEL.npz

50 questions share a draw: 500 paragraphs of their field, as many as some newspaper pages hold, and the passages that are near an answer
without answering. Each is asked of these together with the answers, and of these alone: then nothing answers it. Questions that their
passage leaves open are asked of a draw that holds the passage: nothing answers them either, although something speaks of their subject.

    python -m index.training.evidence --shared ../shared [--models contextual static] [--questions N]     # minutes on two cores
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from index.encoders.open import open_encoder, open_lexicon
from index.encoders.static import StaticEncoder
from index.engine.open import open_index
from index.training.data import ASKED, DENSE, HELD_OUT_UNANSWERED, passage_id, rows, single_questions, task
from index.training.held_out import (
    HeldOutQuestion,
    RememberingEncoder,
    held_out_questions,
    index_corpus,
    other_paragraphs,
    paragraph_rows,
    questions_by_kind,
)
from search import pipeline
from search.options import SearchOptions
from search.pipeline import Resources
from search.ranking.candidate_reader import ALIGNED
from search.ranking.cross_encoders import cross_encoded
from search.ranking.passage_cache import PassageCache
from search.ranking.shipped_cross_encoder import ShippedCrossEncoder, open_cross_encoder
from search.retrieval.query import QueryState, accepted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MODELS = ("contextual", "static")
PARAGRAPHS = 500  # of a draw
QUESTIONS_OF_DRAW = 50
READ = 20  # candidates that the cross-encoder reads; it reads fewer in a search
OPEN = "open"  # the kind of a question that its passage leaves open
FIELDS = ("relative", "lexical", "similarity", "missing", "judge")  # of a candidate; not a number where it was not read, or there is none


class Gathered(NamedTuple):
    """The evidence of one model: a row for each question and draw, a column for each candidate in the order of the three legs.

    - *values*: name of FIELDS -> (asked, ALIGNED); *weights* (asked, 3): of the legs for the question.
    - *right* (asked,): the position of the answer, -1 where it is no candidate; *answerable* (asked,): whether the draw holds it.
    - *question* (asked,): the number of the question; *passage* (asked,): of the passage that it was written for, for cross-validation.
    - *kinds*, *languages* (asked,): problem, story, keywords, decisive, open …; zh, en or other.
    """

    values: dict[str, Floats]
    weights: Floats
    right: NDArray[np.int64]
    answerable: NDArray[np.bool_]
    question: NDArray[np.int64]
    passage: NDArray[np.int64]
    kinds: NDArray[np.str_]
    languages: NDArray[np.str_]


class _Asked(NamedTuple):
    number: int
    question: HeldOutQuestion
    answerable: bool
    state: QueryState


def questions_of(corpora: Path) -> list[HeldOutQuestion]:
    """Return every held-out question with its passage, mixed; those that their passage leaves open are of the kind OPEN."""
    questions = list(questions_by_kind(corpora))
    questions += [HeldOutQuestion(OPEN, pair.a, pair.b) for pair in single_questions(corpora, HELD_OUT_UNANSWERED)]
    random.Random(1).shuffle(questions)
    return questions


def near_passages(corpora: Path) -> dict[str, list[str]]:
    """Return for each held-out passage the passages that are near it and answer none of its questions."""
    near: dict[str, list[str]] = {}
    texts = {passage_id(pair.b): pair.b for pair in task(corpora)}
    for row in rows(ASKED):
        if row["id"] in texts:
            near[texts[row["id"]]] = [texts[name] for name in row["near"] if name in texts]
    return near


def language(text: str) -> str:
    """Return zh, en or other, by the characters of *text*."""
    if any("\u3040" <= character <= "\u30ff" or "\uac00" <= character <= "\ud7af" for character in text):
        return "other"
    return "zh" if DENSE.search(text) else "en" if text.isascii() else "other"


def gather(questions: Sequence[HeldOutQuestion], near: dict[str, list[str]], others: Sequence[str], model: str) -> Gathered:
    """Ask all *questions* by the *model*, of draws of the paragraphs *others*."""
    encoder, chance = RememberingEncoder(open_encoder(model)), random.Random(2)
    lexicon, reader = open_lexicon(encoder.inner), open_cross_encoder(encoder.inner)
    asked: list[_Asked] = []
    began = time.monotonic()
    numbered = list(enumerate(questions))
    for first in range(0, len(numbered), QUESTIONS_OF_DRAW):
        draw = numbered[first : first + QUESTIONS_OF_DRAW]
        paragraphs = chance.sample(others, PARAGRAPHS)
        answered = [one for one in draw if one[1].kind != OPEN]
        left_open = [one for one in draw if one[1].kind == OPEN]
        answers = {question.passage for _, question in answered}
        paragraphs += [text for answer in answers for text in near.get(answer, ()) if text not in answers]
        for some, passages, answerable in (
            (answered, [*paragraphs, *answers], True),
            (answered, paragraphs, False),
            (left_open, [*paragraphs, *(question.passage for _, question in left_open)], False),
        ):
            asked += _asked(some, list(dict.fromkeys(passages)), answerable, encoder, lexicon, reader)
        print(f"  {model}: {draw[-1][0] + 1} of {len(questions)} questions, {time.monotonic() - began:.0f} s", flush=True)
    return _gathered(asked)


def _asked(
    draw: Sequence[tuple[int, HeldOutQuestion]],
    passages: Sequence[str],
    answerable: bool,
    encoder: RememberingEncoder,
    lexicon: StaticEncoder,
    reader: ShippedCrossEncoder | None,
) -> Iterator[_Asked]:
    """Yield each question of a draw with the candidates that a search has for it among *passages*."""
    with tempfile.TemporaryDirectory() as folder, open_index(index_corpus(paragraph_rows(passages), encoder, Path(folder) / "i")) as index:
        resources, options = Resources(index, encoder, lexicon, PassageCache(index, lexicon), reader), SearchOptions()
        given = [(number, question, accepted(question.text)) for number, question in draw]
        known = [(number, question, state) for number, question, state in given if isinstance(state, QueryState)]
        states = pipeline.encoded([state for *_, state in known], resources, "hybrid")
        states = pipeline.fused(pipeline.aligned(pipeline.retrieved(states, resources, options, ()), resources, options))
        if reader:
            states = cross_encoded(states, reader, READ)
        for (number, question, _), state in zip(known, states, strict=True):
            yield _Asked(number, question, answerable, state)


def _gathered(asked: Sequence[_Asked]) -> Gathered:
    import numpy as np

    values = {name: np.full((len(asked), ALIGNED), np.nan, np.float32) for name in FIELDS}
    weights = np.zeros((len(asked), 3), np.float32)
    right = np.full(len(asked), -1)
    passages: dict[str, int] = {}
    for row, (_, question, answerable, state) in enumerate(asked):
        assert state.candidates is not None
        weights[row] = [state.candidates.weights[leg] for leg in ("dense", "lexical", "align")]
        for column, one in enumerate(state.ranked):
            fields = (one.relative, one.lexical, one.align, one.missing, one.cross_encoder)
            for name, value in zip(FIELDS, fields, strict=True):
                values[name][row, column] = np.nan if value is None else value
            if answerable and right[row] < 0 and one.passage.text == question.passage:
                right[row] = column
    return Gathered(
        values,
        weights,
        right,
        np.array([one.answerable for one in asked]),
        np.array([one.number for one in asked]),
        np.array([passages.setdefault(one.question.passage, len(passages)) for one in asked]),
        np.array([one.question.kind for one in asked]),
        np.array([language(one.question.text) for one in asked]),
    )


def save(gathered: Gathered, path: Path) -> None:
    import numpy as np

    parts: dict[str, Any] = gathered._asdict()
    np.savez_compressed(path, **parts.pop("values"), **parts)


def load(path: Path) -> Gathered:
    """Return what `save` wrote. Raises SystemExit where there is nothing."""
    import numpy as np

    if not path.is_file():
        raise SystemExit(f"{path} is missing; make it with: python -m index.training.evidence")
    with np.load(path) as parts:
        return Gathered({name: parts[name] for name in FIELDS}, **{name: parts[name] for name in Gathered._fields if name != "values"})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--work", type=Path, default=Path("index/training/cache"))
    parser.add_argument("--models", nargs="+", default=list(MODELS), metavar="MODEL")
    parser.add_argument("--questions", type=int, help="ask only so many")
    arguments = parser.parse_args()
    corpora = arguments.shared / "corpora"
    others = other_paragraphs(corpora, held_out_questions(corpora))
    questions = questions_of(corpora)[: arguments.questions]
    print(f"{len(questions)} questions, {len(others)} other paragraphs")
    arguments.work.mkdir(parents=True, exist_ok=True)
    for model in arguments.models:
        save(gather(questions, near_passages(corpora), others, model), arguments.work / f"evidence_{model}.npz")


if __name__ == "__main__":
    main()
