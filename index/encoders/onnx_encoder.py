"""Texts to vectors by the shipped contextual model: six layers that read words in their order, without torch.

    text ──tokenizer.json──▶ ids ──entrance.safetensors──▶ (tokens, 384) ──model.onnx──▶ vector, length 1

Each text goes through alone. The products are rounded to 8 bits by the range of what goes in; alone, that range is the text's own,
so that a text has the same vector in any company. Several texts run side by side in threads, one core each.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.encoders.tensor_file import mapped
from index.errors import NoModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

TOKENS = 256  # of a text, its two ends counted; what follows is not read. About 400 Chinese characters
START, END = 1, 2  # the ids of the tokens that stand at both ends of every text
SAMPLED = 64  # of so many words one goes into the fingerprint, beside all of the layers
LAYERS = "model.onnx"
BLOCK = 1 << 18  # bytes that are digested at once: memory that was just used is sooner used again than new memory is had
QUIET = 3  # onnxruntime's level for errors: its warnings tell of processors, not of answers


class ContextualEncoder:
    """The folder `model/contextual`, read with tokenizers, numpy and onnxruntime: a twentieth of a second to open."""

    def __init__(self, name: str, folder: Path) -> None:
        from concurrent.futures import ThreadPoolExecutor

        import xxhash
        from tokenizers import Tokenizer

        try:
            tensors = mapped(folder / "entrance.safetensors")
            self._rows, self._scales = tensors["rows"], tensors["scales"]
            tokenizer = (folder / "tokenizer.json").read_bytes()
            with ThreadPoolExecutor(1) as aside:  # both leave Python's lock alone for most of their time
                session = aside.submit(open_session, folder / LAYERS)
                self._tokenizer = Tokenizer.from_buffer(tokenizer)
                digest = xxhash.xxh3_64(tokenizer)
                with (folder / LAYERS).open("rb", buffering=0) as layers:
                    while block := layers.read(BLOCK):
                        digest.update(block)
                self._session = session.result()
        except Exception as error:  # tokenizers and onnxruntime raise nothing more precise
            raise NoModel(f"the model in {folder} cannot be read ({error}); install it again, or choose another --model") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(TOKENS - 2)
        self._name = name
        digest.update(self._rows[::SAMPLED].tobytes())
        self._fingerprint = digest.hexdigest()

    @property
    def name(self) -> str:
        return self._name

    @property
    def dim(self) -> int:
        return int(self._rows.shape[1])

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def encode_passages(self, texts: Sequence[str], told: Callable[[int], None] | None = None) -> Vectors:
        """Return (len(texts), dim), float32, rows of length 1 (a text without a known word: zeros). *told*: hears how many are done."""
        from concurrent.futures import ThreadPoolExecutor

        import numpy as np

        vectors = np.zeros((len(texts), self.dim), np.float32)
        ids = self.tokens(texts)
        known = [row for row, text in enumerate(ids) if text]
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            # The longest first: the last ones are short, and no core waits long for another.
            known.sort(key=lambda row: -len(ids[row]))
            for done, (row, vector) in enumerate(zip(known, threads.map(lambda row: self._run(ids[row]), known), strict=True), 1):
                vectors[row] = vector
                if told:
                    told(done + len(texts) - len(known))
        return vectors

    def encode_query(self, text: str) -> Vectors:
        import numpy as np

        [ids] = self.tokens([text])
        return self._run(ids) if ids else np.zeros(self.dim, np.float32)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode_query(texts[0])[None] if len(texts) == 1 else self.encode_passages(texts)  # one text needs no threads

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of each text's tokens, without those of its ends."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

    def rows(self, ids: Sequence[int]) -> Vectors:
        """Return the input embeddings (len(ids), dim), float32."""
        import numpy as np

        places = np.asarray(ids)
        embeddings: Vectors = self._rows[places].astype(np.float32) * self._scales[places].astype(np.float32)[:, None]
        return embeddings

    def _run(self, ids: Sequence[int]) -> Vectors:
        vector: Vectors = self._session.run(None, {"rows": self.rows([START, *ids, END])})[0]
        return vector


def open_session(layers: Path | bytes) -> Any:
    """Return what runs a graph of *layers* in ONNX form, a file or its bytes, one core a run."""
    import onnxruntime  # a tenth of a second

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # a text is short: cores take texts, not parts of one
    options.log_severity_level = QUIET
    # As they are exported: what onnxruntime would rewrite gives the same numbers to the last bit, a sixth slower here.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(layers if isinstance(layers, bytes) else str(layers), options, providers=["CPUExecutionProvider"])
