"""Open an encoder by name: a shipped model, a folder, or any sentence-transformers model.

name ──▶ contextual (the default)  ──▶ ContextualEncoder
     ──▶ static                    ──▶ StaticEncoder
     ──▶ a folder                  ──▶ the same without torch if it is of one of these kinds, else TransformerEncoder
     ──▶ a name on the hub         ──▶ TransformerEncoder
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from index.encoders.hub import HUB_NAME, is_cached, refuse_unknown_device
from index.encoders.protocol import Encoder
from index.encoders.shipped import ALIASES, DEFAULT, FORMER, SHIPPED, STATIC, shipped_models
from index.encoders.static import StaticEncoder, modules_of
from index.encoders.transformer import TransformerEncoder
from index.errors import NoModel


def open_encoder(name: str = DEFAULT, device: str | None = None) -> Encoder:
    """Open a shipped model by its name, or any sentence-transformers model by path or name.

    A shipped name wins over a path, a path over a name on the hub, the disk over the network. *device* is torch's ("cpu", "cuda");
    the shipped contextual model embeds passages on any but "cpu", the static one does not use it. Raises NoModel if the model is not
    here and cannot be fetched, or the extra `models` is missing; BadInput for a *device* that this machine does not have.
    """
    refuse_unknown_device(device)
    name = ALIASES.get(name, name)
    if name in FORMER:
        raise NoModel(
            "the model {name} came with an earlier qianli, and this one has better ones; leave --model out, or embed an index that was "
            "made with it anew, from its own rows: qianli index --rebuild --model {better} --index FOLDER",
            name=name,
            better=DEFAULT,
        )
    if _is_shipped(name):
        return _open_light(name, SHIPPED / name, device) or TransformerEncoder(str(SHIPPED / name), device)
    folder = Path(name).expanduser()
    if folder.is_dir():
        name = str(folder.resolve())
        return _open_light(name, folder, device) or TransformerEncoder(name, device)
    if folder.exists() or not HUB_NAME.fullmatch(name):
        raise NoModel(
            "there is no model in {name}; name the folder of a sentence-transformers model, or one that is shipped: {shipped}; if the "
            "model of an index moved, tell the index once: qianli index --rebuild --model FOLDER",
            name=name,
            shipped=", ".join(shipped_models()),
        )
    return TransformerEncoder(name, device)


def refuse_unknown_maker(name: str, address: object) -> None:
    """Raise NoModel if the encoder *name*, which made the index at *address*, is neither shipped nor on the disk.

    It may be an encoder of a program's own, or a model of the hub, which is not asked for it: nothing is fetched that nobody named.
    """
    if name in (*ALIASES, *FORMER) or _is_shipped(name) or not HUB_NAME.fullmatch(name) or Path(name).exists() or is_cached(name):
        return
    raise NoModel(
        "the index in {address} was made with {name}, which is not on this machine: where it is an encoder of your own, ask the index from "
        "Python: open_search({address!r}, model=ENCODER); a model of the hub is fetched with --model {name}; --mode lexical needs no model",
        address=str(address),
        name=name,
    )


def open_lexicon(encoder: Encoder | None = None) -> StaticEncoder:
    """Return the shipped static model, which knows single words; *encoder* itself where it is that model."""
    return encoder if isinstance(encoder, StaticEncoder) and encoder.name == STATIC else _shipped_static()


def open_with_lexicon(name: str, device: str | None = None) -> tuple[Encoder, StaticEncoder]:
    """Open an encoder and the lexicon at the same time: half of the work of opening does not hold Python's lock."""
    from concurrent.futures import ThreadPoolExecutor

    import numpy  # noqa: F401  # before the threads: two that import it at once may find it half imported

    if ALIASES.get(name, name) == STATIC:
        encoder = open_encoder(name, device)
        return encoder, open_lexicon(encoder)
    with ThreadPoolExecutor(1) as thread:
        opening = thread.submit(open_encoder, name, device)
        lexicon = open_lexicon()
        return opening.result(), lexicon


@cache
def _shipped_static() -> StaticEncoder:
    """Return the shipped static model, opened once for the whole process: whoever reads, embeds or asks takes the same."""
    return StaticEncoder(STATIC, SHIPPED / STATIC)


def _is_shipped(name: str) -> bool:
    return "/" not in name and "\\" not in name and (SHIPPED / name / "modules.json").is_file()


def _open_light(name: str, folder: Path, device: str | None) -> Encoder | None:
    """Open *folder* without torch, which only a *device* other than the processor needs; return None if it holds a model that only
    sentence-transformers can run."""
    if not (folder / "modules.json").is_file():
        return None
    kinds = [module["type"].rpartition(".")[2] for module in modules_of(folder)]
    if kinds == ["StaticEmbedding", "Normalize"]:
        return _shipped_static() if folder == SHIPPED / STATIC and name == STATIC else StaticEncoder(name, folder)
    if kinds == ["ContextualModule"]:
        if device not in (None, "cpu"):
            from index.encoders.torch_encoder import TorchContextualEncoder  # torch

            return TorchContextualEncoder(name, folder, device)
        from index.encoders.onnx_encoder import ContextualEncoder  # onnxruntime

        return ContextualEncoder(name, folder)
    return None
