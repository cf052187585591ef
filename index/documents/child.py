"""The child process that reads documents: it takes the kind and the bytes of a file, and answers with the text or why there is none.

parent ──▶ {"kind": "pdf", "language": "zh"}, bytes ──▶ extractor ──▶ {"text": …, "spots": […]} or {"refused": "…"} ──▶ parent

Whatever a hostile file does to a library happens here: the parent ends the child that hangs and replaces the one that crashed. The
child ends by itself when its parent is gone, or when it was asked nothing for a while.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import sys
import threading
from base64 import b64encode
from typing import IO, Any

from index.document import Box
from index.documents.extracted import LARGEST_TEXT, MOST_LINES, MOST_SPOTS, Extracted, Refused
from index.documents.extractors import extractor
from index.documents.frames import packed, read_frame, write_frame
from index.messages import VARIABLE, say

MOST_SECONDS = 60  # of wall time for a file, which the parent enforces, and of processor time, which the system does
MOST_MEMORY = 2 * 2**30  # bytes of addresses
IDLE_SECONDS = 120  # after the last file; starting anew takes a tenth of a second
INSTALL = 'pip install "qianli-precedents[documents]"'

Asked = tuple[dict[str, Any], bytes]


def serve() -> None:
    """Read documents until the parent closes the pipe or asks nothing more."""
    _limit_memory()
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    waiting: queue.SimpleQueue[Asked] = queue.SimpleQueue()
    threading.Thread(target=_take, args=(requests, waiting), daemon=True).start()
    while True:
        try:
            header, content = waiting.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            os._exit(0)
        _limit_processor_time()
        try:
            write_frame(answers, _answer(header, content))
        except OSError:
            _end_with_group()


def _take(requests: IO[bytes], waiting: queue.SimpleQueue[Asked]) -> None:
    """Put what is asked into the queue; end the process, and what it started, where the parent is gone, even while a file is read."""
    while True:
        try:
            header = json.loads(read_frame(requests))
            waiting.put((header, read_frame(requests)))
        except (EOFError, OSError, ValueError, MemoryError):
            _end_with_group()


def _end_with_group() -> None:
    """End at once, together with a program that was started to convert a document."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _answer(header: dict[str, Any], content: bytes) -> bytes:
    os.environ[VARIABLE] = header["language"]
    try:
        if "picture" in header:
            return _picture(content, **header["picture"])
        extracted = extractor(header["kind"])(content)
        _hold_to_limits(extracted)
        return packed(extracted)
    except Refused as error:
        answer = {"refused": str(error)}
    except ImportError:
        answer = {"refused": say("reading it needs more packages; install them with: {command}", command=INSTALL)}
    except MemoryError:
        answer = {"refused": too_much_memory(), "worn": "memory"}
    except RecursionError:
        answer = {"refused": say("nested too deeply; open it and save it anew")}
    except Exception as error:  # whatever a library raises on a damaged file
        answer = {"refused": say("damaged; open it and save it anew"), "error": f"{type(error).__name__}: {error}"[:500]}
    return json.dumps(answer).encode()


def _picture(content: bytes, page: int, box: Box | None, width: int) -> bytes:
    """Return the answer that holds the picture of a page; the names are those of `pdf_picture.picture`."""
    from index.documents.pdf_picture import picture

    return json.dumps({"png": b64encode(picture(content, page, box, width)).decode()}).encode()


def _hold_to_limits(extracted: Extracted) -> None:
    size, lines = len(extracted.text.encode("utf-8", "replace")), extracted.text.count("\n")
    if size > LARGEST_TEXT:
        most = LARGEST_TEXT // 2**20
        raise Refused(say("too large: its text has {size} MB, at most {most} MB are read; split it", size=f"{size / 2**20:.1f}", most=most))
    if lines > MOST_LINES:
        raise Refused(say("too large: {lines} lines, at most {most} are read; split it", lines=lines, most=MOST_LINES))
    if len(extracted.spots) > MOST_SPOTS or len(extracted.blocks) > MOST_LINES * 10:
        raise Refused(say("too large: more cells or lines than can be kept; split it"))


def too_much_memory() -> str:
    """Return what is said of a document that takes more memory than the child has."""
    return say("reading it takes more than {size} GB of memory; split it, or open it and save it anew", size=MOST_MEMORY // 2**30)


def _limit_memory() -> None:
    """Take no more than MOST_MEMORY and write no core, where the system has such limits; only Linux keeps the first."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for name, most in (("RLIMIT_AS", MOST_MEMORY), ("RLIMIT_CORE", 0)):
        with contextlib.suppress(ValueError, OSError, AttributeError):  # a lower limit is set already
            resource.setrlimit(getattr(resource, name), (most, most))


def _limit_processor_time() -> None:
    """Let the system end this process after MOST_SECONDS more of processor time: the parent may be gone."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + MOST_SECONDS + 5, hard))
