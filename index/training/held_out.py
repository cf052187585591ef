"""Held-out questions: written questions that no model was trained on, each with its passage, and other passages of the same kind.

Fitted constants rest on these: `probability.py` and `fusion.py` ask them. The judged dev queries and the seeds are never used.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from index.document import Article, Citation, Page, Passage
from index.encoders.protocol import Encoder
from index.engine.open import open_index
from index.engine.protocol import Source, model_of
from index.indexing import embedded_text
from index.training.data import ANSWERED, ASKED, DENSE, HELD_OUT_ANSWERED, passage_id, rows, single_questions, task
from index.training.sources import WRITTEN

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

FIELD = ("shenlun_materials", "shenlun2_materials", "gov_docs_shenlun")  # texts of the field of the questions
PARAGRAPHS = 4000  # read from each of these texts
SHORTEST = 40  # characters of a paragraph; shorter ones are headings
SAME_START = 60  # characters; a paragraph that begins like an answer is that answer
CHINESE = ("problem", "clerk", "angle")
LANGUAGES = (  # of the field `other`, the first whose pattern occurs
    ("es", re.compile(r"[¿¡ñ]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("hant", re.compile("[\u4e00-\u9fff]")),
    ("de", re.compile(r"\b(?:der|die|das|ich|wie|und|wer|nicht|eine?|muss|wird|für|bei|im|zu)\b", re.IGNORECASE)),
    ("fr", re.compile(r"\b(?:les?|la|des|une?|quels?|quelles?|comment|peut|est|du|pour|qui|on)\b|[ldnsj]'|où", re.IGNORECASE)),
)


class HeldOut(NamedTuple):
    """A held-out question and the passage that it was written for."""

    question: str
    answer: str


def held_out_questions(corpora: Path) -> list[HeldOut]:
    """Return every held-out question, in an order that mixes sources and languages and is always the same."""
    questions = [HeldOut(pair.a, pair.b) for pair in task(corpora) if pair.held_out]
    random.Random(1).shuffle(questions)
    return questions


class HeldOutQuestion(NamedTuple):
    """A held-out question, its *kind*, the passage that answers, and the *language* of the question."""

    kind: str
    text: str
    passage: str
    language: str = "zh"


def language(text: str) -> str:
    """Return the language of a question that is neither simplified Chinese nor English.

    >>> [language(text) for text in ("방범", "ゴミの日", "где", "業主", "Wer haftet?", "¿Cómo se paga la multa?", "Qui paie l'amende ?")]
    ['ko', 'ja', 'ru', 'hant', 'de', 'es', 'fr']
    """
    return next((name for name, pattern in LANGUAGES if pattern.search(text)), "es")


def questions_by_kind(corpora: Path) -> Iterator[HeldOutQuestion]:
    """Yield every held-out question by its kind, those of one passage one after the other."""
    texts: dict[str, str] = {}
    for pair in task(corpora):
        if pair.held_out:
            texts[passage_id(pair.b)] = pair.b
            if pair.source == WRITTEN:
                yield HeldOutQuestion("story", pair.a, pair.b)
    for row in rows(ASKED):
        if text := texts.get(row["id"]):
            yield from (HeldOutQuestion(kind, question, text) for kind, question in zip(CHINESE, row["questions"], strict=False))
            yield HeldOutQuestion("english", row["english"], text, "en")
            yield HeldOutQuestion(language(row["other"]), row["other"], text, language(row["other"]))
            yield HeldOutQuestion("keywords", row["keywords"], text)
    for name in HELD_OUT_ANSWERED:
        kind = name.removeprefix("heldout_").removesuffix(".jsonl")
        spoken = languages_of((name,))
        yield from (HeldOutQuestion(kind, pair.a, pair.b, spoken[pair.a]) for pair in single_questions(corpora, (name,)))


def languages_of(names: Sequence[str]) -> dict[str, str]:
    """Return the language of each question of the files *names* in `written/`; a row without one is in Chinese or in English."""
    written = [row for name in names for row in rows(ASKED.parent / name)]
    return {
        row["question"]: row["language"].replace("zh-Hant", "hant") if "language" in row else chinese(row["question"]) for row in written
    }


def chinese(text: str) -> str:
    """Return "zh" for a text with a Chinese character, else "en".

    >>> chinese("住一个月多少钱"), chinese("Which counties are done?")
    ('zh', 'en')
    """
    return "zh" if DENSE.search(text) else "en"


def searched_passages(corpora: Path) -> list[str]:
    """Return the passages that are searched: those with written questions and the near ones, each once."""
    single = single_questions(corpora, (*ANSWERED, *HELD_OUT_ANSWERED))
    return list(dict.fromkeys(text for pair in chain(task(corpora), single) for text in (pair.b, *pair.near)))


def other_paragraphs(corpora: Path, questions: Iterable[HeldOut]) -> list[str]:
    """Return paragraphs of the same field that are the answer to none of *questions*, each once."""
    starts = {answer[:SAME_START] for _, answer in questions}
    paragraphs = [
        row["text"] for name in FIELD for row, _ in zip(rows(corpora / "text" / f"{name}.jsonl.gz"), range(PARAGRAPHS), strict=False)
    ]
    return [text for text in dict.fromkeys(paragraphs) if len(text) > SHORTEST and text[:SAME_START] not in starts]


def paragraph_rows(texts: Iterable[str]) -> list[dict[str, str]]:
    """Return *texts* as the rows of a corpus, each with a name."""
    return [{"id": f"p{number}", "text": text} for number, text in enumerate(texts)]


def index_corpus(corpus: Sequence[Mapping[str, Any]], encoder: Encoder, folder: Path) -> Path:
    """Make an index in *folder* with one passage for each row of *corpus* (id, text, perhaps title); return *folder*."""
    passages = [_passage(row, number) for number, row in enumerate(corpus)]
    vectors = encoder.encode_passages([embedded_text(passage) for passage in passages])
    with open_index(folder, create=model_of(encoder)) as index, index.writing() as writer:
        for passage, vector in zip(passages, vectors, strict=True):
            name = passage.citation.source
            page, file = Page(name, passage.text, "", "utf-8"), Source(name, Path(name), 0, 0, "")
            writer.add(page, file, [Article(name, 1, None, None, None, (), None, ())], [passage], vector.reshape(1, -1))
    return folder


def _passage(row: Mapping[str, Any], number: int) -> Passage:
    citation = Citation(row["id"], ((1, 1),), 1, None, None, (), None, "", f"{number:016x}")
    return Passage(row["text"], row.get("title") or "", 1, citation)


class RememberingEncoder:
    """An encoder that embeds each passage only once, for indexes that share passages."""

    def __init__(self, encoder: Encoder) -> None:
        self.inner, self.name, self.dim, self.fingerprint = encoder, encoder.name, encoder.dim, encoder.fingerprint
        self.cohort = getattr(encoder, "cohort", None)
        self._known: dict[str, Vectors] = {}

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (len(texts), dim), float32."""
        import numpy as np

        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self.inner.encode_passages(new), strict=True))
        return np.array([self._known[text] for text in texts], np.float32).reshape(len(texts), self.dim)

    def encode_query(self, text: str) -> Vectors:
        return self.inner.encode_query(text)
