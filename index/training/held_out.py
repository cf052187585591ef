"""Held-out questions: written questions that no model was trained on, each with its passage, and other passages of the same kind.

Fitted constants rest on these: `probability.py` and `fusion.py` ask them. The judged dev queries and the seeds are never used.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from index.document import Article, Citation, Page, Passage
from index.encoders.protocol import Encoder
from index.engine.open import open_index
from index.engine.protocol import Source, model_of
from index.indexing import embedded_text
from index.training.data import rows, task

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

FIELD = ("shenlun_materials", "shenlun2_materials", "gov_docs_shenlun")  # texts of the field of the questions
PARAGRAPHS = 4000  # read from each of these texts
SHORTEST = 40  # characters of a paragraph; shorter ones are headings
SAME_START = 60  # characters; a paragraph that begins like an answer is that answer


class HeldOut(NamedTuple):
    """A held-out question and the passage that it was written for."""

    question: str
    answer: str


def held_out_questions(corpora: Path) -> list[HeldOut]:
    """Return every held-out question, in an order that mixes sources and languages and is always the same."""
    questions = [HeldOut(pair.a, pair.b) for pair in task(corpora) if pair.held_out]
    random.Random(1).shuffle(questions)
    return questions


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
        self._known: dict[str, Vectors] = {}

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (len(texts), dim), float32."""
        import numpy as np

        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self.inner.encode_passages(new), strict=True))
        return np.array([self._known[text] for text in texts], np.float32).reshape(len(texts), self.dim)

    def encode_query(self, text: str) -> Vectors:
        return self.inner.encode_query(text)
