"""Open an encoder by name: a shipped model, a folder, or any sentence-transformers model.

name ──▶ both (the default)        ──▶ CombinedEncoder
     ──▶ static, fast, contextual  ──▶ StaticEncoder, ContextualEncoder
     ──▶ a folder                  ──▶ the same without torch if it is of one of these kinds, else TransformerEncoder
     ──▶ a name on the hub         ──▶ TransformerEncoder
"""

from __future__ import annotations

from pathlib import Path

from index.encoders.hub import HUB_NAME, refuse_unknown_device
from index.encoders.protocol import Encoder
from index.encoders.shipped import ALIASES, BOTH, CONTEXTUAL, DEFAULT, SHIPPED, STATIC, shipped_models
from index.encoders.static import StaticEncoder, modules_of
from index.encoders.transformer import TransformerEncoder
from index.errors import NoModel


def open_encoder(name: str = DEFAULT, device: str | None = None) -> Encoder:
    """Open a shipped model by its name, or any sentence-transformers model by path or name.

    A shipped name wins over a path, a path over a name on the hub, the disk over the network. *device* is torch's ("cpu", "cuda");
    shipped models do not use it. Raises NoModel if the model is not here and cannot be fetched, or the extra `models` is missing;
    BadInput for a *device* that this machine does not have.
    """
    refuse_unknown_device(device)
    name = ALIASES.get(name, name)
    if name == BOTH:
        return _open_both()
    if _is_shipped(name):
        return _open_light(name, SHIPPED / name) or TransformerEncoder(str(SHIPPED / name), device)
    folder = Path(name).expanduser()
    if folder.is_dir():
        name = str(folder.resolve())
        return _open_light(name, folder) or TransformerEncoder(name, device)
    if folder.exists() or not HUB_NAME.fullmatch(name):
        raise NoModel(
            f"there is no model in {name}; name the folder of a sentence-transformers model, or one that is shipped: "
            f"{', '.join(shipped_models())}; if the model of an index moved, tell the index once: qianli index --rebuild --model FOLDER"
        )
    return TransformerEncoder(name, device)


def open_lexicon(encoder: Encoder | None = None) -> StaticEncoder:
    """Return the shipped static model, which knows single words; the one inside *encoder* if *encoder* has it open."""
    opened = getattr(encoder, "static", encoder)
    lexicon = opened if isinstance(opened, StaticEncoder) and opened.name == STATIC else open_encoder(STATIC)
    assert isinstance(lexicon, StaticEncoder)
    return lexicon


def _open_both() -> Encoder:
    """Open both shipped models at the same time, since half of the work of opening does not hold Python's lock."""
    from concurrent.futures import ThreadPoolExecutor

    from index.encoders.combined import CombinedEncoder
    from index.encoders.onnx_encoder import ContextualEncoder  # onnxruntime

    with ThreadPoolExecutor(1) as thread:
        contextual = thread.submit(ContextualEncoder, CONTEXTUAL, SHIPPED / CONTEXTUAL)
        static = open_lexicon()
        return CombinedEncoder(BOTH, contextual.result(), static)


def _is_shipped(name: str) -> bool:
    return "/" not in name and "\\" not in name and (SHIPPED / name / "modules.json").is_file()


def _open_light(name: str, folder: Path) -> Encoder | None:
    """Open *folder* without torch; return None if it holds a model that only sentence-transformers can run."""
    if not (folder / "modules.json").is_file():
        return None
    kinds = [module["type"].rpartition(".")[2] for module in modules_of(folder)]
    if kinds == ["StaticEmbedding", "Normalize"]:
        return StaticEncoder(name, folder)
    if kinds == ["ContextualModule"]:
        from index.encoders.onnx_encoder import ContextualEncoder  # onnxruntime

        return ContextualEncoder(name, folder)
    return None
