"""Child processes and what goes to and fro: a fresh interpreter, frames of bytes, and a text with its blocks and spots as JSON.

8 bytes, the length, from the highest byte on │ that many bytes
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from index.document import Block, Spot
from index.documents.extracted import Extracted

LENGTH = 8  # bytes
LARGEST_FRAME = 2**29  # bytes; more than the largest document and than any text with all its spots
SURROGATES = re.compile("[\ud800-\udfff]")  # halves of characters, which damaged documents have: no text can be written with them


def open_child(program: str, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a fresh interpreter that runs *program*, with what this one can import, and pipes as its input and output. Raises OSError."""
    here = str(Path(__file__).parents[2])
    path = [here, *(str(Path(entry).absolute()) for entry in sys.path if entry != here)]
    options: dict[str, Any] = {"start_new_session": True}  # Ctrl-C is for this process, which then ends its children
    if sys.platform == "win32":
        options = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    command = [sys.executable, "-P", "-c", f"import sys; sys.path[:] = {path!r}; {program}"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, env={**os.environ, **(environment or {})}, **pipes, **options)


def write_frame(stream: IO[bytes], content: bytes) -> None:
    """Write *content* to a pipe. Raise OSError where nobody reads it."""
    stream.write(len(content).to_bytes(LENGTH, "big"))
    stream.write(content)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes:
    """Return the next frame. Raise EOFError where the pipe ends before the frame does, ValueError for one that is too large."""
    size = int.from_bytes(_read(stream, LENGTH), "big")
    if size > LARGEST_FRAME:
        raise ValueError(size)
    return _read(stream, size)


def _read(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return content


def packed(extracted: Extracted) -> bytes:
    """Return *extracted* as JSON in UTF-8; half characters become U+FFFD, so that no offset changes."""
    blocks = [[block.spans, block.kind, block.level, block.gap, block.join] for block in extracted.blocks]
    spots = [[spot.start, spot.page, spot.label, spot.box, spot.sheet, spot.cell, spot.part] for spot in extracted.spots]
    values = {"text": extracted.text, "reader": extracted.reader, "blocks": blocks, "spots": spots, "notes": extracted.notes}
    return SURROGATES.sub("\ufffd", json.dumps(values, ensure_ascii=False)).encode()


def unpacked(values: dict[str, Any]) -> Extracted:
    """Return what `packed` made JSON of."""
    blocks = tuple(
        Block(tuple((start, end) for start, end in spans), kind, level, gap, join) for spans, kind, level, gap, join in values["blocks"]
    )
    spots = tuple(
        Spot(start, page, label, tuple(box) if box else None, sheet, cell, part)
        for start, page, label, box, sheet, cell, part in values["spots"]
    )
    return Extracted(values["text"], values["reader"], blocks, spots, tuple(values["notes"]))
