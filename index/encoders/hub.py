"""Models of sentence-transformers, by path or by name: what is on disk first, then the hub, and one line for each thing that is missing.

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

DEVICE = re.compile(r"(cpu|cuda|mps|xpu|npu|hpu|xla)(:\d+)?")
HUB_NAME = re.compile(r"[A-Za-z0-9_][\w.-]*(/[\w.-]+)?", re.ASCII)  # what is none is a path, and the hub need not be asked
INSTALL = "pip install 'sentence-transformers>=5'"  # the name that works wherever qianli itself came from
KINDS = {"SentenceTransformer": "model", "CrossEncoder": "rerank"}  # what is opened -> the option that names it


def loaded(kind: str, name: str, device: str | None, instead: str) -> Any:
    """Open the model *name* as a *kind* (see KINDS); what is on disk asks nobody. *instead*: what to name in its place.

    Raises NoModel when there is no such model here and none can be fetched, or the extra `models` is missing; BadInput for a *device*
    that this machine has not.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # else its client asks the hub who is asking, even for a model on disk
    try:
        import sentence_transformers  # seconds: torch
    except ImportError as error:
        raise NoModel(f"--{KINDS[kind]} {name} needs sentence-transformers; install it with: {INSTALL}") from error
    from transformers.utils import logging

    refuse_missing(device)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # reading weights from the disk takes no time worth a bar
    if kind == "CrossEncoder":  # what is none is refused by us, in one line
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        getLogger("sentence_transformers").setLevel("ERROR")
    opened = getattr(sentence_transformers, kind)
    try:
        return opened(name, device=device, local_files_only=True)  # a cached model opens without asking the hub
    except Exception as error:
        if Path(name).expanduser().exists():
            raise NoModel(f"the model in {name} cannot be read: {_first_line(error)}; {instead}") from error
    try:
        _ask_hub(name)
        return opened(name, device=device)
    except Exception as error:
        raise NoModel(f"no model {name}: it is not on disk and the hub did not give it ({_first_line(error)}); {instead}") from error


def refuse_nonsense(device: str | None) -> None:
    """Raise BadInput for what is no name of a device anywhere."""
    if device is not None and not DEVICE.fullmatch(device):
        raise BadInput(f"no device {device!r}; choose cpu, cuda or mps, or leave --device out")


def refuse_missing(device: str | None) -> None:
    import torch

    try:
        torch.zeros(1, device=device)
    except Exception as error:  # each device has its own
        raise BadInput(f"--device {device} cannot be used here ({_first_line(error)}); leave it out, or choose cpu") from error


def fingerprint(model: Any, *settings: Any) -> str:
    """Return a digest of the weights in memory and of *settings*: the same model gives the same, wherever it lies."""
    import torch
    import xxhash

    digest = xxhash.xxh3_64(json.dumps(settings, sort_keys=True, default=str).encode())
    for parameter, tensor in sorted(model.state_dict().items()):
        digest.update(parameter.encode())
        digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy())
    return digest.hexdigest()


def _ask_hub(name: str) -> None:
    """Raise when the hub does not know *name* or is out of reach, after one try: the loader itself retries for minutes."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        HfApi().model_info(name, timeout=10)  # seconds
    except RepositoryNotFoundError as error:
        raise LookupError("it knows no such name") from error


def _first_line(error: BaseException) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
