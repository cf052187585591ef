"""Texts to vectors. `open_encoder()` is both shipped models at once; any name that is not shipped is a sentence-transformers model.

Encoder (Protocol) ── StaticEncoder        a StaticEmbedding folder, read with numpy alone: milliseconds to open
                   ├─ ContextualEncoder    the shipped contextual model, through onnxruntime (contextual.py)
                   ├─ BothEncoder          those two in one vector (both.py)
                   └─ TransformerEncoder   everything else, through sentence-transformers (extra `models`)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from index.errors import NoModel
from index.encoders.hub import HUB_NAME, fingerprint, loaded, refuse_nonsense
from index.encoders.tensor_file import mapped

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Ids = NDArray[np.int64]

SHIPPED = Path(__file__).parent / "model"
BOTH, STATIC, CONTEXTUAL = "both", "static", "contextual"  # the shipped models; both together rank best
DEFAULT = BOTH
ALIASES = {"fast": STATIC}
SAMPLED = 64  # of so many words one goes into the fingerprint: training moves them all, and reading them all would take a tenth of a second
WEIGHTS = "weights.safetensors"  # how rare each word of a shipped model is, beside its vectors
WHOLE = 4000  # length of a vector in whole numbers: no partial sum of products of two leaves those that float32 holds, up to 2 ** 24
BATCH = 64  # texts a step for a transformer; larger gains nothing on two cores


class Encoder(Protocol):
    """What turns text into vectors. *name* opens the same encoder again; *fingerprint* tells when its weights were exchanged."""

    @property
    def name(self) -> str: ...
    @property
    def dim(self) -> int: ...
    @property
    def fingerprint(self) -> str: ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (len(texts), dim), float32, rows of length 1 (a text without a known word: zeros)."""

    def encode_query(self, text: str) -> Vectors:
        """Return (dim,), float32, of length 1 (or zeros)."""


class Words(NamedTuple):
    """The words of one text as the static model knows them, in order: *ids* and *places* (half-open characters of the text)."""

    ids: Ids
    places: list[tuple[int, int]]


def encode_queries(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    """Return (len(texts), dim), float32: what `encode_query` gives, by the encoder's own `encode_queries` where it has one.

    An encoder has one only if it gives a text the same vector in any company, which those that pad texts to one length do not.
    """
    import numpy as np

    together = getattr(encoder, "encode_queries", None)
    vectors = together(texts) if together else [encoder.encode_query(text) for text in texts]
    return np.asarray(vectors, np.float32).reshape(len(texts), encoder.dim)


def open_encoder(name: str = DEFAULT, device: str | None = None) -> Encoder:
    """Open a shipped model by its name, or any sentence-transformers model by path or name.

    A path wins over a name; what is on disk wins over the network. *device* is torch's ("cpu", "cuda"); the static model has
    none. Raises NoModel when there is no such model here and none can be fetched, or the extra `models` is missing; BadInput for a *device*
    that this machine has not.
    """
    refuse_nonsense(device)
    name = ALIASES.get(name, name)
    if name == BOTH:
        from concurrent.futures import ThreadPoolExecutor

        from index.encoders.combined import BothEncoder
        from index.encoders.onnx_encoder import ContextualEncoder  # onnxruntime

        with ThreadPoolExecutor(1) as aside:  # side by side: half of what opens a model leaves Python's lock alone
            contextual = aside.submit(ContextualEncoder, CONTEXTUAL, SHIPPED / CONTEXTUAL)
            static = open_lexicon()
            return BothEncoder(name, contextual.result(), static)
    shipped = SHIPPED / name
    if "/" not in name and "\\" not in name and (shipped / "modules.json").is_file():
        return _light(name, shipped) or TransformerEncoder(str(shipped), device)
    path = Path(name).expanduser()
    if path.is_dir():
        name = str(path.resolve())
        light = _light(name, path)
        if light:
            return light
    elif path.exists() or not HUB_NAME.fullmatch(name):
        raise NoModel(
            f"there is no model in {name}; name the folder of a sentence-transformers model, or one that is shipped: "
            f"{', '.join(shipped_models())}; if the model of an index moved, tell the index once: qianli index --rebuild --model FOLDER"
        )
    return TransformerEncoder(name, device)


def open_lexicon(encoder: Encoder | None = None) -> StaticEncoder:
    """Return the shipped model that knows single words: the one in *encoder*, where that has it open, or it alone."""
    opened = getattr(encoder, "static", encoder)
    lexicon = opened if isinstance(opened, StaticEncoder) and opened.name == STATIC else open_encoder(STATIC)
    assert isinstance(lexicon, StaticEncoder)
    return lexicon


def _light(name: str, folder: Path) -> Encoder | None:
    """Open *folder* without torch, or return None where it holds anything but what the light encoders compute."""
    if not (folder / "modules.json").is_file():
        return None
    kinds = [module["type"].rpartition(".")[2] for module in _modules(folder)]
    if kinds == ["StaticEmbedding", "Normalize"]:
        return StaticEncoder(name, folder)
    if kinds == ["ContextualModule"]:
        from index.encoders.onnx_encoder import ContextualEncoder  # onnxruntime

        return ContextualEncoder(name, folder)
    return None


class StaticEncoder:
    """Word vectors, mean-pooled: a sentence-transformers StaticEmbedding folder read without torch, the same vectors."""

    def __init__(self, name: str, folder: Path) -> None:
        import xxhash
        from tokenizers import Tokenizer

        inner = folder / _modules(folder)[0]["path"]
        try:
            self._matrix = _words(inner / "model.safetensors")
            tokenizer = (inner / "tokenizer.json").read_bytes()
            self._tokenizer = Tokenizer.from_buffer(tokenizer)
        except Exception as error:  # tokenizers raises nothing more precise
            raise NoModel(f"the model in {folder} cannot be read ({error}); install it again, or choose another --model") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._folder = folder
        self._weights: Vectors | None = None
        self._whole: Vectors | None = None
        self._name = name
        self._fingerprint = xxhash.xxh3_64_hexdigest(tokenizer + self._matrix[::SAMPLED].tobytes())

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
        """How many words it knows."""
        return len(self._matrix)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        vectors = np.zeros((len(texts), self.dim), np.float32)
        for row, encoding in enumerate(self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)):
            if encoding.ids:
                vectors[row] = self._matrix[encoding.ids].astype(np.float32).mean(axis=0)
        return _unit(vectors)

    def encode_query(self, text: str) -> Vectors:
        return self.encode_passages([text])[0]  # type: ignore[no-any-return]

    encode_queries = encode_passages

    def words(self, texts: Sequence[str]) -> list[Words]:
        """Return the known words of each text."""
        import numpy as np

        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [Words(np.asarray(encoding.ids, np.int64), encoding.offsets) for encoding in encodings]

    def vocabulary(self, texts: Sequence[str]) -> list[Ids]:
        """Return the ids of the known words of each text, each once, rising."""
        import numpy as np

        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.asarray(sorted(set(encoding.ids)), np.int64) for encoding in encodings]

    def vectors(self, ids: Ids) -> Vectors:
        """Return the vectors of these words, (len(ids), dim), rows of length 1."""
        import numpy as np

        return _unit(self._matrix[ids].astype(np.float32))

    def whole_vectors(self, ids: Ids) -> Vectors:
        """Return the vectors of these words with length WHOLE, rounded to whole numbers; each is made once."""
        import numpy as np

        if self._whole is None:
            self._whole, self._made = np.empty(self._matrix.shape, np.float32), np.zeros(self.size, bool)  # unused rows take no memory
        if len(new := ids[~self._made[ids]]):
            self._whole[new] = np.rint(self.vectors(new) * np.float32(WHOLE))
            self._made[new] = True
        return self._whole[ids]

    def weights(self, ids: Ids) -> Vectors:
        """Return (len(ids),): the inverse document frequency of each word in the texts that the model was trained on."""
        import numpy as np

        if self._weights is None:
            self._weights = _words(self._folder / WEIGHTS).astype(np.float32)
        return self._weights[ids]


class TransformerEncoder:
    """Any SentenceTransformer, by path or by name; its own query and passage prompts are used."""

    def __init__(self, name: str, device: str | None = None) -> None:
        self._name = name
        instead = f"name the folder of a sentence-transformers model, or one that is shipped: {', '.join(shipped_models())}"
        self._model = loaded("SentenceTransformer", name, device, instead)
        prompts = {kind: prompt for kind, prompt in self._model.prompts.items() if prompt}
        self._fingerprint = fingerprint(self._model, prompts, self._model.max_seq_length)
        self._dim = int(self._model.encode_query([""], show_progress_bar=False).shape[1])  # its own answer to this has changed its name

    @property
    def name(self) -> str:
        return self._name

    @property
    def dim(self) -> int:
        return self._dim

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(self._model.encode_document, list(texts))

    def encode_query(self, text: str) -> Vectors:
        return self._encode(self._model.encode_query, [text])[0]  # type: ignore[no-any-return]

    def _encode(self, encode: Callable[..., Any], texts: list[str]) -> Vectors:
        import numpy as np

        if not texts:
            return np.zeros((0, self.dim), np.float32)
        vectors = np.asarray(encode(texts, batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True), np.float32)
        vectors[~np.isfinite(vectors).all(axis=1)] = 0  # a model in half precision makes nothing of length 1 by dividing by 0
        return _unit(vectors)


def _unit(vectors: Vectors) -> Vectors:
    """Return the rows of *vectors* with length 1; rows of zeros stay."""
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    unit: Vectors = (vectors / lengths).astype(np.float32, copy=False)
    return unit


def _words(path: Path) -> NDArray[np.float16]:
    """Return the one tensor of *path*, float16, mapped."""
    [tensor] = mapped(path).values()
    if tensor.dtype != "<f2":
        raise ValueError(f"{path.name} holds {tensor.dtype}, not float16")
    return tensor


def shipped_models() -> list[str]:
    """Return the names of the models that came with qianli."""
    return [BOTH, *sorted(path.parent.name for path in SHIPPED.glob("*/modules.json"))]


def _modules(folder: Path) -> list[dict[str, str]]:
    try:
        modules: list[dict[str, str]] = json.loads((folder / "modules.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise NoModel(f"{folder} is no sentence-transformers model: modules.json cannot be read ({error})") from error
    return modules
