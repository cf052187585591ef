"""Word vectors, averaged: a sentence-transformers StaticEmbedding folder, read without torch.

    text ──tokenizer.json──▶ ids ──model.safetensors──▶ (words, dim) ──mean──▶ vector, length 1

The shipped static model is also the lexicon of late interaction: it knows single words, their vectors and how rare they are.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from index.encoders.cohort import read_cohort
from index.encoders.protocol import unit_rows
from index.encoders.tensor_file import mapped
from index.errors import NoModel
from index.messages import say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.encoders.protocol import Vectors
    from index.encoders.word_pieces import WordPieces

    Ids = NDArray[np.int64]

SAMPLED = 64  # every 64th word vector enters the fingerprint: training moves all vectors, and reading all would take 0.1 s
MANY_TEXTS = 256  # that were cut before; to open `word_pieces` takes as long as the tokenizer takes for a thousand
NAMED = 4  # bytes of the fingerprint that a stored vocabulary begins with, the last ones: the first began an earlier form
WEIGHTS = "weights.safetensors"  # how rare each word of a shipped model is; lies beside the word vectors
INTEGER_LENGTH = 4000  # of a word vector in integers: every partial dot product stays below 2**24, so float32 sums are exact in any order


class Words(NamedTuple):
    """The known words of one text, in order: their *ids*, and of each word the characters of the text, half-open."""

    ids: Ids
    offsets: list[tuple[int, int]]


class Vocabulary(NamedTuple):
    """The distinct words of a passage: *ids* are those of its text, rising, then those that only its heading has; *in_text* the former."""

    ids: Ids
    in_text: Ids


class StaticEncoder:
    """The mean of the word vectors of a text: the same vectors as sentence-transformers computes from the folder."""

    def __init__(self, name: str, folder: Path) -> None:
        import numpy as np
        import xxhash
        from tokenizers import Tokenizer

        inner = folder / modules_of(folder)[0]["path"]
        try:
            self._matrix = _tensor(inner / "model.safetensors")
            tokenizer = (inner / "tokenizer.json").read_bytes()
            self._tokenizer = Tokenizer.from_buffer(tokenizer)
        except Exception as error:  # tokenizers raises nothing more precise
            raise NoModel(
                "the model in {folder} cannot be read ({error}); install it again, or choose another --model", folder=folder, error=error
            ) from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._pieces: WordPieces | Literal[False] | None = None  # False: its words are cut in another way
        self._cut = 0  # texts that were cut so far
        self._folder = folder
        self._weights: Vectors | None = None
        self._integers: Vectors | None = None
        self._floats: Vectors = np.empty(self._matrix.shape, np.float32)  # rows that are never used take no memory
        self._is_float = np.zeros(len(self._matrix), bool)
        self._name, self.cohort = name, read_cohort(folder)
        self._fingerprint = xxhash.xxh3_64_hexdigest(tokenizer + self._matrix[::SAMPLED].tobytes())
        self._mark = bytes.fromhex(self._fingerprint)[-NAMED:]

    @property
    def name(self) -> str:
        return self._name

    @property
    def dim(self) -> int:
        return int(self._matrix.shape[1])

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def size(self) -> int:
        """The number of words that the model knows."""
        return len(self._matrix)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (len(texts), dim), float32, rows of length 1 (a text without a known word: zeros)."""
        import numpy as np

        known = self.word_ids(texts)
        return self._means(np.concatenate([np.empty(0, np.int64), *known]), [*map(len, known)])

    def means(self, ids: Sequence[bytes]) -> Vectors:
        """Return (len(ids), dim), what `encode_passages` returns for texts with the words *ids*, each given as uint16."""
        import numpy as np

        return self._means(np.frombuffer(b"".join(ids), "<u2").astype(np.int64), [len(of_text) // 2 for of_text in ids])

    def word_ids(self, texts: Sequence[str]) -> list[Ids]:
        """Return the ids of the known words of each text, in order, with repetitions."""
        import numpy as np

        pieces = self._pieces_for(len(texts))
        known = pieces.ids_of_each(texts) if pieces else [None] * len(texts)
        others = [text for text, ids in zip(texts, known, strict=True) if ids is None]
        cut = iter(self._tokenizer.encode_batch_fast(others, add_special_tokens=False) if others else ())
        return [np.array(next(cut).ids, np.int64) if ids is None else ids for ids in known]

    def _pieces_for(self, texts: int) -> WordPieces | None:
        """Return what cuts texts sooner than the tokenizer, once so many were cut that it pays to open it; None where there is nothing."""
        self._cut += texts
        if self._pieces is None and self._cut > MANY_TEXTS:
            from index.encoders.word_pieces import WordPieces  # a question alone does without

            self._pieces = WordPieces.of(self._tokenizer) or False
        return self._pieces or None

    def _means(self, ids: Ids, counts: Sequence[int]) -> Vectors:
        """Return (len(counts), dim): the mean of the vectors of the words of each text, scaled to length 1; *counts*: how many of *ids*
        each text has."""
        import numpy as np

        words = self._converted(ids)
        vectors = np.zeros((len(counts), self.dim), np.float32)
        rows, first = np.empty((max(counts, default=0), self.dim), np.float32), 0
        for row, count in enumerate(counts):
            if count:
                words.take(ids[first : first + count], 0, rows[:count], "clip")  # the other modes copy once more
                np.add.reduce(rows[:count], 0, out=vectors[row])
                vectors[row] /= np.float32(count)
                first += count
        return unit_rows(vectors)

    def _converted(self, ids: Ids) -> Vectors:
        """Return all word vectors as float32, of which those of *ids* are known: converting one costs more than adding it."""
        import numpy as np

        if len(new := np.unique(ids[~self._is_float[ids]])):
            self._floats[new] = self._matrix[new]
            self._is_float[new] = True
        return self._floats

    def encode_query(self, text: str) -> Vectors:
        return self.encode_passages([text])[0]  # type: ignore[no-any-return]

    encode_queries = encode_passages

    def words(self, texts: Sequence[str]) -> list[Words]:
        """Return the known words of each text, in order, with repetitions."""
        import numpy as np

        pieces = self._pieces_for(len(texts))
        known = [pieces.ids_and_offsets(text) if pieces else None for text in texts]
        others = [text for text, found in zip(texts, known, strict=True) if found is None]
        encodings = iter(self._tokenizer.encode_batch(others, add_special_tokens=False) if others else ())
        found = [one or ((encoding := next(encodings)).ids, encoding.offsets) for one in known]
        return [Words(np.asarray(ids, np.int64), offsets) for ids, offsets in found]

    def occurrences(self, text: str, wanted: Collection[int]) -> list[tuple[int, tuple[int, int]]]:
        """Return those of the words of *text* whose ids are *wanted*, each with its offsets, in order."""
        pieces = self._pieces_for(1)
        found = pieces.ids_and_offsets(text, wanted) if pieces else None
        if found is None:
            encoding = self._tokenizer.encode(text, add_special_tokens=False)
            found = encoding.ids, encoding.offsets
        return [(word, offsets) for word, offsets in zip(*found, strict=True) if word in wanted]

    def vocabularies(self, texts: Sequence[str], headings: Sequence[str]) -> list[Vocabulary]:
        """Return the known words of each text and its heading."""
        words = self.word_ids([*texts, *headings])
        return [_vocabulary(*of_both) for of_both in zip(words[: len(texts)], words[len(texts) :], strict=True)]

    def packed(self, text: Ids, heading: Ids) -> bytes:
        """Return the words of a *text* and its *heading* in a form to be stored, with a part of the fingerprint: `unpacked` reads it."""
        import numpy as np

        in_text, others = _distinct(text, heading)
        return self._mark + np.array([len(in_text), *in_text, *others], "<u2").tobytes()

    def unpacked(self, stored: bytes | None) -> Vocabulary | None:
        """Return the words that `packed` stored; None where another model did, or nothing was stored."""
        import numpy as np

        if stored is None or stored[:NAMED] != self._mark:
            return None
        numbers = np.frombuffer(stored, "<u2", offset=NAMED).astype(np.int64)
        return Vocabulary(numbers[1:], numbers[1 : 1 + numbers[0]])

    def vectors(self, ids: Ids) -> Vectors:
        """Return the vectors of these words, (len(ids), dim), rows of length 1."""
        import numpy as np

        return unit_rows(self._matrix[ids].astype(np.float32))

    def integer_vectors(self, ids: Ids, out: Vectors | None = None) -> Vectors:
        """Return the vectors of these words, scaled to INTEGER_LENGTH and rounded; each is computed once. *out*: where they are written."""
        import numpy as np

        if self._integers is None:
            self._integers = np.empty(self._matrix.shape, np.float32)  # rows that are never used take no memory
            self._computed = np.zeros(self.size, bool)
        if len(new := ids[~self._computed[ids]]):
            self._integers[new] = np.rint(self.vectors(new) * np.float32(INTEGER_LENGTH))
            self._computed[new] = True
        return self._integers.take(ids, 0, out, "clip")  # the other modes copy once more

    def weights(self, ids: Ids) -> Vectors:
        """Return (len(ids),): the inverse document frequency of each word in the training texts."""
        import numpy as np

        if self._weights is None:
            self._weights = _tensor(self._folder / WEIGHTS).astype(np.float32)
        return self._weights[ids]


def numbered(ids: Ids) -> tuple[Ids, NDArray[np.intp]]:
    """Return the distinct *ids*, rising, and the position of each of *ids* among them; in a tenth of the time of sorting.

    >>> import numpy as np
    >>> [array.tolist() for array in numbered(np.array([7, 2, 7]))]
    [[2, 7], [1, 0, 1]]
    """
    import numpy as np

    present = np.zeros(ids.max(initial=0) + 1, bool)
    present[ids] = True
    distinct = present.nonzero()[0]
    positions = np.empty(len(present), np.intp)  # what is at other ids is never read
    positions[distinct] = np.arange(len(distinct))
    return distinct, positions[ids]


def _vocabulary(text: Ids, heading: Ids) -> Vocabulary:
    import numpy as np

    in_text, others = _distinct(text, heading)
    ids = np.array([*in_text, *others], np.int64)
    return Vocabulary(ids, ids[: len(in_text)])


def _distinct(text: Ids, heading: Ids) -> tuple[list[int], list[int]]:
    """Return the words of a text, each once, rising, and those that only its heading has."""
    in_text = {*text.tolist()}
    return sorted(in_text), sorted({*heading.tolist()} - in_text)


def _tensor(path: Path) -> NDArray[np.float16]:
    """Return the one tensor of the file *path*, float16, memory-mapped."""
    [tensor] = mapped(path).values()
    if tensor.dtype != "<f2":
        raise ValueError(say("{name} holds {type}, not float16", name=path.name, type=tensor.dtype))
    return tensor


def modules_of(folder: Path) -> list[dict[str, str]]:
    """Return the modules that a sentence-transformers *folder* lists, in order; raise NoModel if it lists none."""
    try:
        modules: list[dict[str, str]] = json.loads((folder / "modules.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise NoModel(
            "{folder} is no sentence-transformers model: modules.json cannot be read ({error})", folder=folder, error=error
        ) from error
    return modules
