"""Read a file of questions, or standard input, as text: its lines are yielded as they come, all in one encoding.

FILE or - ──blocks──▶ encoding, decided once ──▶ text ──▶ lines, whatever ends them: \\n, \\r\\n or \\r
"""

from __future__ import annotations

import codecs
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from index.errors import BadInput, reason
from index.files.decoding import BYTE_ORDER_MARKS, decode, plausible
from index.messages import say

BLOCK = 1 << 16  # bytes that are read at once, at most; a pipe gives what is there
SAMPLE = 1 << 22  # bytes from the first one beyond ASCII that decide on the encoding
LONGEST_LINE = 16 * 2**20  # characters; a longer line is no question and would only fill the memory
CLEARLY_CHINESE = 0.3  # least share of common characters for GB18030 where the bytes are UTF-8 as well: half of any Chinese text
CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\x0b\x0c\x1a\x1b")


class InputLines:
    """The lines of a file (`-`: standard input), decoded, as they come. Each ends with `\\n`, but perhaps the last.

    Bytes that are not in the encoding of the file are lone surrogates (U+DC80 to U+DCFF); see `undecodable`.
    """

    def __init__(self, file: str) -> None:
        self.name = input_name(file)
        self._pieces = _decoded(_blocks(file), self.name, _encoding_of_file(file, self.name))
        self._complete: deque[str] = deque()

    def __iter__(self) -> Iterator[str]:
        rest, after_return = "", False
        for piece in self._pieces:
            if after_return and piece.startswith("\n"):
                piece = piece[1:]
            after_return = piece.endswith("\r")
            first, *others = piece.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            rest += first if len(rest) <= LONGEST_LINE else ""
            if others:
                self._complete.extend((rest, *others[:-1]))
                rest = others[-1]
            while self._complete:
                yield self._complete.popleft() + "\n"
        if rest:
            yield rest

    def waiting(self) -> bool:
        """Whether a line has come that was not taken yet."""
        return any(line.strip() for line in self._complete)


def input_name(file: str) -> str:
    """Return how *file* is called in messages."""
    return say("standard input") if file == "-" else file


def is_stream(file: str) -> bool:
    """Whether *file* is read once and as it comes: standard input, a pipe."""
    return file == "-" or (Path(file).exists() and not Path(file).is_file())


def undecodable(line: str) -> bool:
    """Whether *line* has bytes that are not in the encoding of its file."""
    return any("\udc80" <= character <= "\udcff" for character in line) if not line.isascii() else False


def decoded(raw: bytes) -> str:
    """Return the text of one question in UTF-8 or, where it is no UTF-8, in GB18030 as Chinese Windows writes it.

    >>> decoded("学校".encode("gb18030")), decoded("学校".encode())
    ('学校', '学校')
    """
    try:
        return raw.decode(_encoding(raw, ""), "replace").removeprefix("\ufeff")
    except BadInput:
        return raw.decode("utf-8", "replace")


def typed(argument: str) -> str:
    """Return an argument of the command line as text. Python leaves bytes that are not in the locale's encoding as lone surrogates.

    >>> typed("停车".encode("gb18030").decode("utf-8", "surrogateescape"))
    '停车'
    """
    return decoded(argument.encode(sys.getfilesystemencoding(), "surrogateescape")) if undecodable(argument) else argument


def count_questions(file: str) -> int | None:
    """Return how many questions *file* has, one a line; None where that is not known: standard input, a pipe, a table."""
    if is_stream(file) or not file.lower().endswith((".txt", ".jsonl", ".ndjson")):
        return None
    return sum(1 for line in InputLines(file) if line.strip())


def read_bytes(file: str) -> bytes:
    """Return all of *file*, `-` being standard input. Raise BadInput where it cannot be read."""
    return b"".join(_blocks(file))


def beginning(file: str) -> bytes:
    """Return the first bytes of a regular file, by which its kind is known; none of a stream, which can be read only once."""
    if is_stream(file):
        return b""
    return next(_blocks(file), b"")


def _blocks(file: str) -> Iterator[bytes]:
    """Yield what can be read, as soon as there is anything. Raise BadInput where *file* cannot be read."""
    if file == "-":
        while block := sys.stdin.buffer.read1(BLOCK) if sys.stdin else b"":  # type: ignore[union-attr]  # standard input is buffered
            yield block
        return
    try:
        with Path(file).open("rb") as opened:
            while block := opened.read1(BLOCK):
                yield block
    except (OSError, ValueError) as error:  # a name that no file can have is a ValueError
        what = say("{file} cannot be read: {reason}; name a file with questions, or - for standard input", file=file, reason=reason(error))
        raise BadInput(what) from None


def _encoding_of_file(file: str, name: str) -> str | None:
    """Return the encoding of a regular file that has characters beyond ASCII; None where it is not known before reading."""
    if is_stream(file):
        return None
    decoder, sample, valid = codecs.getincrementaldecoder("utf-8")(), bytearray(), True
    for block in _blocks(file):
        if valid:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                valid = False
        if len(sample) < SAMPLE and (sample or not block.isascii() or b"\0" in block):
            sample += block
        if not valid and len(sample) >= SAMPLE:
            break
    if not sample:
        return None
    return _encoding(_whole_lines(bytes(sample), SAMPLE), name)


def _whole_lines(sample: bytes, most: int) -> bytes:
    """Return *sample*, cut after its last line end if it is longer than *most*: a character must not be cut in two."""
    if len(sample) < most or sample.startswith(tuple(mark for mark, _ in BYTE_ORDER_MARKS)):
        return sample
    return sample[: max(sample.rfind(b"\n"), sample.rfind(b"\r")) + 1] or sample


def _decoded(blocks: Iterator[bytes], name: str, encoding: str | None) -> Iterator[str]:
    """Yield the text of *blocks* as they come. Without an *encoding*, the first line beyond ASCII decides, with whatever came along."""
    decoder: codecs.IncrementalDecoder | None = None
    held = b""
    for block in blocks:
        if decoder is None and encoding is None:
            held += block
            if held.isascii() and b"\0" not in held:
                yield held.decode("ascii")
                held = b""
                continue
            if not _has_whole_line(held):
                continue
            encoding, block, held = _encoding(held, name), held, b""
        if decoder is None:
            decoder = _decoder(encoding or "utf-8")
        yield decoder.decode(block)
    if decoder is None and held:
        decoder = _decoder(_encoding(held, name))
        yield decoder.decode(held)
    yield decoder.decode(b"", True) if decoder else ""


def _has_whole_line(held: bytes) -> bool:
    """Whether the line with the first byte beyond ASCII has come whole; two bytes a character may be UTF-16, whose end is another."""
    first = next((position for position, byte in enumerate(held) if byte > 0x7F or not byte), len(held))
    return b"\n" in held[first:] or b"\r" in held[first:]


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    errors = "replace" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    return codecs.getincrementaldecoder(encoding)(errors)


def _encoding(sample: bytes, name: str) -> str:
    """Return the one encoding of a text that begins with *sample*. Raise BadInput for bytes that are no text."""
    reading = decode(sample)
    if reading is None and (marked := [encoding for mark, encoding in BYTE_ORDER_MARKS if sample.startswith(mark)]):
        reading = decode(sample[: len(sample) // 4 * 4] if len(sample) % 2 else sample) and ("", marked[0])  # cut in a character
    if reading is not None and reading[1] not in ("utf-8", "utf-8, damaged", "cp1252"):
        return {"big5": "big5hkscs"}.get(reading[1], reading[1])
    if reading is not None and reading[1] == "utf-8":
        return "gb18030" if _rather_gb18030(sample, reading[0]) else "utf-8"
    if b"\0" in sample or len(sample.translate(None, CONTROLS)) < 0.99 * len(sample):
        what = say(
            "{file} is no text and no table that can be read; name a file of JSON lines, CSV, xlsx, or one question a line", file=name
        )
        raise BadInput(what)
    if reading is not None and reading[1] == "cp1252":
        return "cp1252"
    return min(("utf-8", "gb18030"), key=lambda encoding: _lines_beyond(sample, encoding))


def _rather_gb18030(sample: bytes, as_utf_8: str) -> bool:
    """Whether bytes that are UTF-8 as well are GB18030: 学校 has the bytes of ѧУ. Any longer Chinese text is no UTF-8."""
    if as_utf_8.isascii() or max(as_utf_8) > "\u07ff":
        return False
    try:
        return plausible(sample.decode("gb18030")) >= CLEARLY_CHINESE
    except UnicodeDecodeError:
        return False


def _lines_beyond(sample: bytes, encoding: str) -> int:
    """Return how many lines of *sample* are not in this *encoding*."""
    return sum(undecodable(line.decode(encoding, "surrogateescape")) for line in sample.splitlines())
