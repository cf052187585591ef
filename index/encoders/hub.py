"""Load models of sentence-transformers by path or by name, from the disk or the hub; each thing that is missing is one line of error.

name ──▶ a folder? ──▶ the hub's cache? ──▶ the hub, asked once ──▶ SentenceTransformer or CrossEncoder
"""

from __future__ import annotations

import json
import os
import re
from logging import getLogger
from pathlib import Path
from typing import Any

from index.errors import BadInput, NoModel
from index.messages import say

DEVICE = re.compile(r"(cpu|cuda|mps|xpu|npu|hpu|xla)(:\d+)?")
HUB_NAME = re.compile(r"[A-Za-z0-9_][\w.-]*(/[\w.-]+)?", re.ASCII)  # anything else is a path, and the hub is not asked
INSTALL = "pip install 'sentence-transformers>=5'"  # the name that works wherever qianli itself came from
OPTIONS = {"SentenceTransformer": "model", "CrossEncoder": "rerank"}  # the class that opens a model -> the option that names it


def load_model(kind: str, name: str, device: str | None, instead: str) -> Any:
    """Return the model *name*, opened by the class *kind* of OPTIONS; a model on disk is opened without the network.

    Raises NoModel if the model is not here and cannot be fetched, or the extra `models` is missing; the message ends with *instead*.
    Raises BadInput for a *device* that this machine does not have.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # the client of the hub reports its use, even of a model on disk
    try:
        import sentence_transformers  # seconds: torch
    except ImportError as error:
        raise NoModel(
            "--{option} {name} needs sentence-transformers; install it with: pip install 'sentence-transformers>=5'",
            option=OPTIONS[kind],
            name=name,
        ) from error
    from transformers.utils import logging

    refuse_missing_device(device)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # reading weights from the disk is quick
    if kind == "CrossEncoder":  # a model of another kind is refused in one line of ours
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        getLogger("sentence_transformers").setLevel("ERROR")
    opened = getattr(sentence_transformers, kind)
    try:
        return opened(name, device=device, local_files_only=True)  # a cached model opens without asking the hub
    except Exception as error:
        if Path(name).expanduser().exists():
            raise NoModel(
                "the model in {name} cannot be read: {error}; {instead}", name=name, error=_first_line(error), instead=instead
            ) from error
    try:
        _ask_hub(name)
        return opened(name, device=device)
    except Exception as error:
        raise NoModel(
            "no model {name}: it is not on disk and the hub did not give it ({error}); {instead}",
            name=name,
            error=_first_line(error),
            instead=instead,
        ) from error


def is_cached(name: str) -> bool:
    """Whether a model of the hub was fetched before: its folder lies where the hub's client keeps models."""
    home = Path(os.environ.get("HF_HOME") or "~/.cache/huggingface").expanduser()
    named = (os.environ.get(variable) for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "SENTENCE_TRANSFORMERS_HOME"))
    folders = [home / "hub", *(Path(folder).expanduser() for folder in named if folder)]
    names = [f"models--{full.replace('/', '--')}" for full in (name, f"sentence-transformers/{name}")]
    return any((folder / kept).is_dir() for folder in folders for kept in names)


def refuse_unknown_device(device: str | None) -> None:
    """Raise BadInput if *device* is no name of a device on any machine."""
    if device is not None and not DEVICE.fullmatch(device):
        raise BadInput("no device {device}; choose cpu, cuda or mps, or leave --device out", device=repr(device))


def refuse_missing_device(device: str | None) -> None:
    """Raise BadInput if this machine does not have *device*."""
    import torch

    try:
        torch.zeros(1, device=device)
    except Exception as error:  # the kind of error depends on the device
        raise BadInput(
            "--device {device} cannot be used here ({error}); leave it out, or choose cpu",
            device=device,
            error=_first_line(error),
        ) from error


def fingerprint(model: Any, *settings: Any) -> str:
    """Return a digest of the weights in memory and of *settings*: it is the same wherever the model lies."""
    import torch
    import xxhash

    digest = xxhash.xxh3_64(json.dumps(settings, sort_keys=True, default=str).encode())
    for parameter, tensor in sorted(model.state_dict().items()):
        digest.update(parameter.encode())
        digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy())
    return digest.hexdigest()


def _ask_hub(name: str) -> None:
    """Raise an error if the hub does not know *name* or is out of reach, after one attempt; the loader itself retries for minutes."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        HfApi().model_info(name, timeout=10)  # seconds
    except RepositoryNotFoundError as error:
        raise LookupError(say("it knows no such name")) from error


def _first_line(error: BaseException) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
