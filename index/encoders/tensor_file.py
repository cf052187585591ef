"""A safetensors file in, its tensors out, mapped: opening reads the header, use reads the rows that are used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

KINDS = {"F16": "<f2", "I8": "i1"}  # of numbers: safetensors' name and numpy's


def mapped(path: Path) -> dict[str, NDArray[Any]]:
    """Return the tensors of *path* by name.

    The format: the length of a JSON header (8 bytes, little-endian), the header, then the tensors at the offsets it names.
    Raises ValueError for a kind of number that no shipped model has.
    """
    import numpy as np

    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    tensors: dict[str, NDArray[Any]] = {}
    for name, tensor in header.items():
        if name != "__metadata__":
            if tensor["dtype"] not in KINDS:
                raise ValueError(f"{path.name} holds {tensor['dtype']}, not {' or '.join(KINDS)}")
            start = 8 + size + tensor["data_offsets"][0]
            tensors[name] = np.memmap(path, KINDS[tensor["dtype"]], "r", start, tuple(tensor["shape"]))
    return tensors
