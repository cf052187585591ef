"""Read the tensors of a safetensors file, memory-mapped: opening reads the header, using a tensor reads the rows that are used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

DTYPES = {"F16": "<f2", "I8": "i1"}  # the types of numbers in shipped models: safetensors' name -> numpy's


def mapped(path: Path) -> dict[str, NDArray[Any]]:
    """Return the tensors of the file *path* by name.

    The format: the length of a JSON header (8 bytes, little-endian), the header, then the tensors at the offsets in the header.
    Raises ValueError for a type of numbers that no shipped model has.
    """
    import numpy as np

    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    tensors: dict[str, NDArray[Any]] = {}
    for name, tensor in header.items():
        if name != "__metadata__":
            if tensor["dtype"] not in DTYPES:
                raise ValueError(f"{path.name} holds {tensor['dtype']}, not {' or '.join(DTYPES)}")
            start = 8 + size + tensor["data_offsets"][0]
            tensors[name] = np.memmap(path, DTYPES[tensor["dtype"]], "r", start, tuple(tensor["shape"]))
    return tensors
