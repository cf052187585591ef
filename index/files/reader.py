"""Files and folders to pages: which files are read, in which encoding, and why the others are not.

Nothing is left out in silence: what is not read comes back as `Skipped` with a reason in words. Only hidden files and folders
that hold a qianli index are passed over, since the user did not put them there to be searched, and the sidecar of a page
(`000.txt.articles.json`, see `sidecar.py`) is read with its page.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from index.document import Page
from index.errors import BadInput

MARKDOWN = (".md", ".markdown")
SUFFIXES = (".txt", ".text", *MARKDOWN)
SIDECAR = ".articles.json"  # after the name of a page: how a person wants it read
INDEX_FILE = "passages.db"  # a folder with this file is an index, not pages
LARGEST = 8 * 2**20  # bytes, two long novels; reading more takes more than ten seconds
MOST_LINES = 100_000  # each takes a kilobyte of memory on its way, and time; a long novel has half as many

MAGIC = (  # what a file begins with that is no text, whatever it is called
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive (or a docx, xlsx, epub)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
    (b"{\\rtf", "a rich-text file"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a RIFF file (picture, sound or film)"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
)
BYTE_ORDER_MARKS = (  # the longer first: UTF-32-LE begins as UTF-16-LE does
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# About half of any Chinese text is made of these: the commonest characters in both scripts, and punctuation. A text decoded
# in a wrong encoding has next to none.
COMMON = frozenset(
    "的一是不了在人有我他这这個个上们們来來到时時大地为為子中你说說生国國年着就那和要她出也得里裡后後自以会會家可下而过過天去能对對小多然于於心学學么之都好看起发發当當没沒成只如事把还還用第样樣道想作种種开開美"
    "总總从從无無情己面最女但现現前些所同日手又行意动動方期它头頭经經长長儿兒回位分爱愛老因很给給名法间間斯知世什两兩次使身者被高已亲親其进進此话話常与與活正感見见明问問力理尔爾点點文几幾定本公特做外孩相西果走将將月十实實向声聲车車全"
    "市区區县縣街政府民部工业業社務务建设設服新党黨群众眾治议議员員项項目机機关關地住管安"
    "，。、；：？！“”‘’「」『』（）《》"
)
EDITORS_BLANKS = str.maketrans(dict.fromkeys("\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\x00", " "))  # no editor counts these as line ends
UNSEEN = re.compile(r"(?m)^[ \t\u3000\xa0\u200b\u2060\ufeff]*[\u200b\u2060\ufeff][ \t\u3000\xa0\u200b\u2060\ufeff]*$")


UNREADABLE = "cannot be read"  # how the reason begins where a file or folder is there and may be read another time
MISSED = (UNREADABLE, "not text", "not a file", "too large")  # and where there is, or may be, a page that a person will miss


class Skipped(NamedTuple):
    source: str
    reason: str


class File(NamedTuple):
    path: Path
    source: str  # the name that citations give: relative to the folder that was asked for, with /


def find(paths: Iterable[Path]) -> Iterator[File | Skipped]:
    """Walk *paths* in the order given, each folder sorted by name. A file that is given by name is read whatever its suffix.

    Raises BadInput where one of *paths* is not there or cannot be opened at all.
    """
    seen: set[str] = set()  # where files really lie: a file that two of the paths hold comes once
    for path in map(Path, paths):
        for found in _given(path):
            if isinstance(found, File):
                real = os.path.realpath(found.path)
                if real in seen:
                    continue
                seen.add(real)
            yield found


def read(path: Path, source: str) -> Page | Skipped:
    """Read and decode one file; `Page.text` has the characters of the file, only `\\n` for each line end."""
    try:
        kind = path.stat()
        if not stat.S_ISREG(kind.st_mode):
            return Skipped(source, "not a file that can be read (a device, a pipe or a socket)")
        if kind.st_size > LARGEST:
            return Skipped(source, f"too large: {kind.st_size / 2**20:.0f} MB, at most {LARGEST // 2**20} MB are read; split it")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        return Skipped(source, f"{UNREADABLE}: {(error.strerror or str(error)).lower()}")
    if len(content) > LARGEST:
        return Skipped(source, f"too large: more than {LARGEST // 2**20} MB; split it")
    if not content:
        return Skipped(source, "empty")
    for magic, what in MAGIC:
        if content.startswith(magic):
            return Skipped(source, f"not text: {what}")
    decoded = decode(content)
    if decoded is None:
        return Skipped(source, "not text: in none of the encodings UTF-8, UTF-16, GB18030, BIG5; save it as UTF-8")
    text, encoding = decoded
    text = lines_ended(text)
    if not text.strip():
        return Skipped(source, "empty: nothing but white space")
    if text.count("\n") > MOST_LINES:
        return Skipped(source, f"too large: {text.count(chr(10))} lines, at most {MOST_LINES} are read; split it")
    return Page(source, text, hashlib.sha256(content).hexdigest(), encoding, path.suffix.lower() in MARKDOWN)


def status(path: Path, size: int, sha256: str) -> str:
    """Say what became of a file since it was read: unchanged, changed, missing, or unreadable (there, but it cannot be looked into)."""
    try:
        now = path.stat()
        if not stat.S_ISREG(now.st_mode) or now.st_size != size:
            return "changed"
        with path.open("rb") as file:
            return "unchanged" if hashlib.file_digest(file, "sha256").hexdigest() == sha256 else "changed"
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    except OSError:
        return "unreadable"


def read_all(paths: Iterable[Path]) -> Iterator[tuple[Path, Page | Skipped]]:
    """Find and read what lies under *paths*, each page with the path of its file."""
    for found in find(paths):
        yield (Path(found.source), found) if isinstance(found, Skipped) else (found.path, read(found.path, found.source))


def missed(skipped: Skipped) -> bool:
    """Tell whether a page may be there that could not be read, rather than nothing: an empty file, another kind of file, an index."""
    return skipped.reason.startswith(MISSED)


def lines_ended(text: str) -> str:
    """Make `\\r\\n` and `\\r` to `\\n`, and blanks of what is neither seen nor a line end to an editor.

    >>> lines_ended("a\\r\\nb\\rc\\x0cd")
    'a\\nb\\nc d'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(EDITORS_BLANKS)
    return UNSEEN.sub(lambda blank: " " * len(blank[0]), text)


def decode(content: bytes) -> tuple[str, str] | None:
    """Return the text and the encoding's name, or None where *content* is no text.

    Marks first, then what cannot be mistaken (UTF-8), then what must be weighed: nearly every text in BIG5 can be read as
    GB18030 too, but only as nonsense.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            text = _try(content, encoding)
            return (text.removeprefix("\ufeff"), encoding) if text is not None else None
    wide = _without_mark(content) if b"\x00" in content else None
    if wide:
        return wide
    text = _try(content, "utf-8")
    if text is not None:
        return (text, "utf-8") if _printable(text) else None
    return _weighed(content)


def plausible(text: str) -> float:
    """Return the share of common Chinese characters and punctuation among what is not ASCII: near .5 for Chinese, near 0 for noise."""
    far = [c for c in text[:20000] if c > "\x7f"]
    return sum(c in COMMON for c in far) / len(far) if far else 0.0


def _given(path: Path) -> Iterator[File | Skipped]:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise BadInput(f"{path}: {(error.strerror or str(error)).lower()}; name a file or a folder that can be read") from None
    if not stat.S_ISDIR(mode):
        path = _page_of(path) or path  # who names a sidecar means its page
        yield _file(path, clean(path.name), mode, named=True)
        return
    if _is_index(path):
        yield Skipped(clean(path.name or str(path)), "a qianli index, no pages; name the folder with the pages")
        return
    try:
        os.scandir(path).close()
    except OSError as error:
        raise BadInput(f"{path}: {(error.strerror or str(error)).lower()}; name a folder that can be read") from None
    yield from _walk(path)


class _Folder(NamedTuple):
    """A folder on the way down: *real* is where it really lies, *way* the stretches of real folders that led to it, links between."""

    path: Path
    prefix: str
    real: str
    way: tuple[tuple[str, str], ...]


def _walk(top: Path) -> Iterator[File | Skipped]:
    """Yield what lies in *top*, each folder sorted by name; without recursion, since folders may be deeper than Python's stack."""
    root = os.path.realpath(top)
    waiting: list[_Folder | File | Skipped] = [_Folder(top, "", root, ((root, root),))]
    while waiting:
        found = waiting.pop()
        if isinstance(found, _Folder):
            waiting.extend(reversed([*_entries(found, root)]))
        else:
            yield found


def _entries(folder: _Folder, root: str) -> Iterator[_Folder | File | Skipped]:
    try:
        with os.scandir(folder.path) as scanned:
            entries = sorted(scanned, key=lambda entry: unicodedata.normalize("NFC", entry.name))
    except OSError as error:
        yield Skipped(folder.prefix.rstrip("/"), f"{UNREADABLE}: {(error.strerror or str(error)).lower()}")
        return
    names = {entry.name for entry in entries}
    for entry in entries:
        beside = entry.name.removesuffix(SIDECAR)
        if entry.name.startswith(".") or (beside != entry.name and beside in names and not entry.is_dir() and _page_of(Path(entry.path))):
            continue
        path, source, real, way = Path(entry.path), folder.prefix + clean(entry.name), f"{folder.real}/{entry.name}", folder.way
        try:
            if entry.is_symlink():
                real = os.path.realpath(path)
                refused = _link(real, root, way)
                if refused:
                    yield Skipped(source, refused)
                    continue
                way = (*way, (real, real))
            mode = path.stat().st_mode
        except OSError as error:
            yield Skipped(source, f"{UNREADABLE}: {(error.strerror or str(error)).lower()}")
            continue
        if not stat.S_ISDIR(mode):
            yield _file(path, source, mode, named=False)
        elif not _is_index(path):
            yield _Folder(path, source + "/", real, (*way[:-1], (way[-1][0], real)))


def _page_of(path: Path) -> Path | None:
    """Return the page that *path* is the sidecar of, if it is one."""
    page = path.with_name(path.name.removesuffix(SIDECAR)) if path.name.endswith(SIDECAR) and path.name != SIDECAR else path
    return page if page != path and page.is_file() else None


def _is_index(folder: Path) -> bool:
    try:
        return (folder / INDEX_FILE).exists()
    except OSError:
        return False  # what cannot be looked into is said so when it is read


def _link(real: str, root: str, way: tuple[tuple[str, str], ...]) -> str | None:
    """Return why a link to *real* is not followed, or None where it is."""
    if not Path(real).exists():
        return "a link that leads nowhere"
    if not _lies_in(real, root):
        return "a link that leaves the folder; name its target as well to have it read"
    return "a link to a folder that it lies in" if any(_lies_in(real, top) and _lies_in(here, real) for top, here in way) else None


def _lies_in(path: str, folder: str) -> bool:
    return os.path.commonpath([path, folder]) == folder


def _file(path: Path, source: str, mode: int, named: bool) -> File | Skipped:
    if not stat.S_ISREG(mode):
        return Skipped(source, "not a file that can be read (a device, a pipe or a socket)")
    if not named and path.suffix.lower() not in SUFFIXES:
        return Skipped(source, f"not one of {', '.join(SUFFIXES)}; name the file itself to have it read")
    return File(path, source)


def clean(name: str) -> str:
    """A name as people read it: composed characters, and no bytes that could not be printed."""
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "replace"))


def _try(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _printable(text: str) -> bool:
    """Text has hardly any control characters; binary files are full of them."""
    head = text[:65536]
    return sum(c < " " and c not in "\t\n\r\x0b\x0c\x1a" for c in head) <= 1 + len(head) // 100


def _without_mark(content: bytes) -> tuple[str, str] | None:
    """Tell UTF-16 without a mark by what makes sense, since the wrong way round it is noise. Zero bytes do not tell: `一` has one."""
    found = []
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _try(content, encoding)
        if text and _printable(text):
            found.append((1.0 if text[:2000].isascii() else plausible(text), encoding, text))
    weight, encoding, text = max(found, default=(0.0, "", ""))
    return (text, encoding) if weight > 0.15 else None


def _weighed(content: bytes) -> tuple[str, str] | None:
    gb, big5 = _try(content, "gb18030"), _try(content, "big5hkscs")
    far = sum(byte > 0x7F for byte in content[:65536]) / min(len(content), 65536)
    weights = {"gb18030": plausible(gb) if gb else 0.0, "big5": plausible(big5) if big5 else 0.0}
    if big5 and weights["big5"] > weights["gb18030"] + 0.1:  # clearly more: GB18030 is the rule, BIG5 the exception
        return big5, "big5"
    if gb and (weights["gb18030"] > 0.1 or far > 0.2):
        return (gb, "gb18030") if _printable(gb) else None
    damaged = content.decode("utf-8", "replace")
    if damaged.count("\ufffd") <= 1 + len(damaged) // 1000:  # a file cut within a character, a flipped bit: the rest is sound
        return damaged, "utf-8, damaged"
    western = _try(content, "cp1252") if far < 0.1 else None  # a few accents and curly quotes among ASCII
    return (western, "cp1252") if western is not None and _printable(western) else None
