"""Take the text out of a document in a child process: the bytes of a file in, its text out, or Refused; no file ends this process.

extract ──▶ an idle child, or a new one ──bytes──▶ it answers             ──▶ Extracted, or Refused
                                                   it dies, or takes long ──▶ Refused, and the next file gets a new child
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import threading
from base64 import b64decode
from typing import IO, Any

from index.document import Box
from index.documents.child import MOST_SECONDS, too_much_memory
from index.documents.extracted import Extracted, Refused
from index.documents.extractors import EXTRACTORS, why_unread
from index.documents.frames import open_child, read_frame, unpacked, write_frame
from index.messages import language, say

PROGRAM = "from index.documents.child import serve; serve()"
MOST_CHILDREN = 4  # at one time, whatever the number of threads; others wait
MOST_FILES = 500  # that one child reads; what a library leaks ends with it

_idle: list[Child] = []  # children that wait for a file
_places = threading.BoundedSemaphore(MOST_CHILDREN)


def extract(kind: str, content: bytes) -> Extracted:
    """Return the text of a document of this *kind* (see `EXTRACTORS`). Raise Refused, whatever the file does to its reader.

    Any thread may call this; after KeyboardInterrupt no child is left that still reads.
    """
    if kind not in EXTRACTORS:
        raise Refused(why_unread(kind))
    return unpacked(_answer({"kind": kind}, content))


def draw(content: bytes, page: int, box: Box | None, width: int) -> bytes:
    """Return a page of a PDF as a PNG (see `pdf_picture.picture`). Raise Refused, whatever the file does to its reader."""
    asked = {"page": page, "box": box, "width": width}
    return b64decode(_answer({"kind": "pdf", "picture": asked}, content)["png"])


def _answer(asked: dict[str, Any], content: bytes) -> dict[str, Any]:
    """Return the answer of a child to what is *asked* of a document. Raise Refused where it gives none."""
    header = json.dumps({**asked, "language": language()}).encode()
    with _places:
        while True:
            child = _child()
            try:
                answer = child.ask(header, content)
            except _Ended as ended:
                if ended.refusal is None:  # it waited long and went; another one is asked
                    continue
                raise Refused(ended.refusal) from None
            finally:
                child.rest()
            if "refused" in answer:
                raise Refused(answer["refused"])
            return answer


class _Ended(Exception):
    """The child is no more; *refusal* says why, None where it had not begun to read."""

    def __init__(self, refusal: str | None) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class Child:
    """A process that reads one document after the other."""

    def __init__(self) -> None:
        """Start the process. Raise Refused where this system can start none."""
        try:
            self._process = open_child(PROGRAM)
        except OSError as error:
            raise Refused(say("the process that reads documents cannot be started: {reason}", reason=str(error))) from None
        self._files = 0
        self._usable = True

    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def ask(self, header: bytes, content: bytes) -> dict[str, Any]:
        """Return the answer of the child. Raise _Ended where it dies, or does not answer in time and is ended."""
        self._files, self._usable = self._files + 1, False
        requests, answers = self._pipes()
        late = threading.Event()
        timer = threading.Timer(MOST_SECONDS, self._stop, args=(late,))
        timer.daemon = True
        timer.start()
        try:
            write_frame(requests, header)
            write_frame(requests, content)
            answer: dict[str, Any] = json.loads(read_frame(answers))
        except (OSError, EOFError, ValueError, MemoryError):
            self.end()
            raise _Ended(self._refusal(late.is_set())) from None
        finally:
            timer.cancel()
        self._usable = "worn" not in answer and self._files < MOST_FILES
        return answer

    def rest(self) -> None:
        """Keep the child for the next file where it can read one, else end it."""
        if self._usable:
            _idle.append(self)
        else:
            self.end()

    def end(self) -> None:
        """End the process and what it started, and leave nothing of it."""
        if self._process.returncode is None:
            if hasattr(os, "killpg"):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()
            self._process.wait()
        self.close()

    def close(self) -> None:
        """Close the pipes."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()

    def disown(self) -> None:
        """Forget the process: in a fork of the process that started it."""
        self._process.returncode = 0
        self.close()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self._process.stdin and self._process.stdout
        return self._process.stdin, self._process.stdout

    def _stop(self, late: threading.Event) -> None:
        late.set()
        self.end()

    def _refusal(self, late: bool) -> str | None:
        code = self._process.returncode
        if late or (hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU):
            return say("reading it took more than {seconds} seconds; split it, or open it and save it anew", seconds=MOST_SECONDS)
        if code == 0 and self._files > 1:
            return None
        return too_much_memory() if code == -9 else say("the program that reads such files crashed on it; open it and save it anew")


def _child() -> Child:
    """Return a child that waits for a file, a new one if there is none."""
    while _idle:
        with contextlib.suppress(IndexError):  # another thread took it
            child = _idle.pop()
            if child.is_alive():
                return child
            child.close()
    return Child()


def end_children() -> None:
    """End the children that wait for a file."""
    while _idle:
        with contextlib.suppress(IndexError):
            _idle.pop().end()


def _forget_children() -> None:
    """Leave the children to the process that this one is a fork of."""
    global _places
    _places = threading.BoundedSemaphore(MOST_CHILDREN)
    for child in _idle:
        child.disown()
    _idle.clear()


atexit.register(end_children)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_children)
