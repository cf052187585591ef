"""The shipped contextual model: layers that read words in their order, run by onnxruntime, without torch.

    text ──tokenizer.json──▶ ids ──entrance.safetensors──▶ (tokens, 384) ──model.onnx──▶ vector, length 1

Each text goes through the model alone. Products are rounded to 8 bits by the range of their inputs; that range is then the text's own,
so a text has the same vector whatever other texts there are. Several texts run in parallel threads, one core each.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.encoders.cohort import read_cohort
from index.encoders.tensor_file import mapped
from index.errors import NoModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

MOST_TOKENS = 256  # of a text, with the tokens of its two ends; about 400 Chinese characters, the rest is not read
START = 1  # the id of the token before every text
END = 2  # the id of the token after every text
UNKNOWN = 0  # the id of whatever is no token
SPACE = "▁"  # the token of a space, and of the beginning of every text
SAMPLED = 64  # every 64th input embedding enters the fingerprint, and all of the layers
MODEL_FILE = "model.onnx"  # the layers
BLOCK = 1 << 18  # bytes that are digested at once; small enough to be read into memory that was just used
ERRORS_ONLY = 3  # onnxruntime's level: its warnings are about processors, not about results


class ContextualEncoder:
    """The folder `shipped/contextual`, read with tokenizers, numpy and onnxruntime; it opens in 0.05 s."""

    def __init__(self, name: str, folder: Path) -> None:
        from concurrent.futures import ThreadPoolExecutor

        import numpy  # noqa: F401  # before the thread: two that import it at once may find it half imported
        import xxhash
        from tokenizers import Tokenizer

        layers = folder / MODEL_FILE
        with ThreadPoolExecutor(1) as thread:  # opening and digesting hardly hold Python's lock
            session = thread.submit(open_session, layers)
            with _reading(folder / "entrance.safetensors") as path:
                tensors = mapped(path)
                self._rows, self._scales = tensors["rows"], tensors["scales"]  # (words, dim) in 8 bits, or (words, blocks, 16) in 4
            with _reading(folder / "tokenizer.json") as path:
                tokenizer = path.read_bytes()
                self._tokenizer = Tokenizer.from_buffer(tokenizer)
            digest = xxhash.xxh3_64(tokenizer)
            with _reading(layers):
                with layers.open("rb", buffering=0) as file:
                    while block := file.read(BLOCK):
                        digest.update(block)
                self._session = session.result()
        self._blank = {UNKNOWN, self._tokenizer.token_to_id(SPACE)}
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MOST_TOKENS - 2)
        self._name, self.cohort = name, read_cohort(folder)
        digest.update(self._rows[::SAMPLED].tobytes())
        self._fingerprint = digest.hexdigest()

    @property
    def name(self) -> str:
        return self._name

    @property
    def dim(self) -> int:
        blocks_of_4_bits = self._rows.ndim == 3
        return int(self._rows.shape[1] * 2 * self._rows.shape[2] if blocks_of_4_bits else self._rows.shape[1])

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (len(texts), dim), float32, rows of length 1 (a text without a known word: zeros)."""
        from concurrent.futures import ThreadPoolExecutor

        import numpy as np

        vectors = np.zeros((len(texts), self.dim), np.float32)
        ids = self.tokens(texts)
        known = [row for row, text in enumerate(ids) if text]
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            known.sort(key=lambda row: -len(ids[row]))  # the longest first: at the end no core waits long for another
            for row, vector in zip(known, threads.map(lambda row: self._run(ids[row]), known), strict=True):
                vectors[row] = vector
        return vectors

    def encode_query(self, text: str) -> Vectors:
        import numpy as np

        [ids] = self.tokens([text])
        return self._run(ids) if ids else np.zeros(self.dim, np.float32)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode_query(texts[0])[None] if len(texts) == 1 else self.encode_passages(texts)  # one text needs no threads

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of the tokens of each text, without START and END; none for a text without a known token."""
        found = self._tokenizer.encode_batch_fast([printable(text) for text in texts], add_special_tokens=False)
        return [[] if self._blank.issuperset(encoding.ids) else encoding.ids for encoding in found]

    def rows(self, ids: Sequence[int]) -> Vectors:
        """Return the input embeddings (len(ids), dim), float32."""
        import numpy as np

        numbers = np.asarray(ids)
        weights, scales = self._rows[numbers], self._scales[numbers].astype(np.float32)[..., None]
        if weights.ndim == 3:
            weights = _unpacked(weights)
        embeddings: Vectors = (weights.astype(np.float32) * scales).reshape(len(numbers), self.dim)
        return embeddings

    def _run(self, ids: Sequence[int]) -> Vectors:
        vector: Vectors = self._session.run(None, {"rows": self.rows([START, *ids, END])})[0]
        return vector


@contextmanager
def _reading(path: Path) -> Iterator[Path]:
    """Raise NoModel, which names the file, for whatever goes wrong in this block."""
    try:
        yield path
    except Exception as error:  # tokenizers and onnxruntime raise nothing more precise
        why = " ".join(str(error).split())
        raise NoModel(
            "the model file {path} cannot be read ({why}); install it again, or choose another --model", path=path, why=why
        ) from error


def printable(text: str) -> str:
    """Return *text* with question marks for half characters, which come from bytes that are no text and which no tokenizer takes."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _unpacked(blocks: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return the (words, blocks, 32) weights of (words, blocks, 16) bytes, each from -8 to 7.

    Byte j of a block holds weight j in its lower four bits and weight j + 16 in its upper ones, both increased by 8.
    """
    import numpy as np

    return np.concatenate([blocks & 15, blocks >> 4 & 15], axis=2) - np.int8(8)


def open_session(layers: Path | bytes) -> Any:
    """Return an onnxruntime session of *layers*, a file in ONNX form or its bytes; each run takes one core."""
    import onnxruntime  # a tenth of a second

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # texts are short, so each core takes a whole text
    options.log_severity_level = ERRORS_ONLY
    # The layers run as they were exported; onnxruntime's own rewriting gives the same numbers to the last bit, a sixth slower.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(layers if isinstance(layers, bytes) else str(layers), options, providers=["CPUExecutionProvider"])
