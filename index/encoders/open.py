"""Opens an encoder by name: a shipped model, a folder, or any sentence-transformers model. `open_encoder()` opens the default."""

from __future__ import annotations

from pathlib import Path

from index.encoders.hub import HUB_NAME, refuse_nonsense
from index.encoders.protocol import Encoder
from index.encoders.shipped import ALIASES, BOTH, CONTEXTUAL, DEFAULT, SHIPPED, STATIC, shipped_models
from index.encoders.static import StaticEncoder, modules_of
from index.encoders.transformer import TransformerEncoder
from index.errors import NoModel


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
    kinds = [module["type"].rpartition(".")[2] for module in modules_of(folder)]
    if kinds == ["StaticEmbedding", "Normalize"]:
        return StaticEncoder(name, folder)
    if kinds == ["ContextualModule"]:
        from index.encoders.onnx_encoder import ContextualEncoder  # onnxruntime

        return ContextualEncoder(name, folder)
    return None
