"""Open a document that is a zip of XML files: limits against bombs, and XML that fetches nothing and expands nothing.

bytes ──▶ Archive ──name──▶ bytes of a part ──▶ its XML
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from index.documents.extracted import Refused
from index.messages import say

MOST_ENTRIES = 10_000  # files in a document
MOST_UNPACKED = 200 * 2**20  # bytes of all files together
MOST_RATIO = 100  # unpacked bytes for one byte packed; XML is packed twentyfold at most
FREE_OF_RATIO = 16 * 2**20  # bytes unpacked, of which no ratio is asked: a sheet of equal cells is packed a hundredfold
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, LookupError)


class Archive:
    """The files of a document, by their names. Names lead nowhere: nothing is unpacked to the disk."""

    def __init__(self, content: bytes) -> None:
        """Raise Refused for what is no zip or unpacks to far more than a document does."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            entries = self._zip.infolist()
        except DAMAGE:
            raise Refused(say("damaged; open it and save it anew")) from None
        unpacked = sum(entry.file_size for entry in entries)
        bomb = unpacked > FREE_OF_RATIO and unpacked > MOST_RATIO * len(content)
        if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or bomb:
            raise Refused(say("it unpacks to far more than such a document holds; split it, or open it and save it anew"))
        self._names = {entry.filename.lower(): entry for entry in entries}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    def names(self) -> list[str]:
        """Return the names of all files."""
        return [entry.filename for entry in self._names.values()]

    def read(self, name: str) -> bytes:
        """Return the bytes of a file. Raise Refused where it is missing, encrypted or damaged."""
        try:
            return self._zip.read(self._names[name.lower()])
        except KeyError:
            raise Refused(say("damaged; open it and save it anew")) from None
        except DAMAGE:
            raise Refused(say("damaged, or encrypted with a password; open it and save it anew")) from None

    def xml(self, name: str) -> Any:
        """Return the root of a file of XML. Raise Refused where it is none."""
        return parse_xml(self.read(name))

    def linked(self, name: str = "") -> Iterator[tuple[str, str]]:
        """Yield the kind and the name of each file that the file *name* leads to, of the document itself where "" is named.

        Links that lead out of the document are left out: nothing is fetched.
        """
        folder, _, last = name.rpartition("/")
        links = posixpath.join(folder, "_rels", f"{last}.rels")
        if links not in self:
            return
        for link in self.xml(links):
            if not isinstance(link.tag, str) or link.get("TargetMode") == "External":
                continue
            target = posixpath.normpath(posixpath.join("/", folder, unquote(link.get("Target") or "")))
            yield (link.get("Type") or "").rpartition("/")[2], target.lstrip("/")


def parse_xml(content: bytes) -> Any:
    """Return the root of XML; entities stay as they are written, nothing is fetched, and what is nested too deeply is refused."""
    from lxml import etree

    limits = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False}
    parser = etree.XMLParser(**limits, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Refused(say("damaged; open it and save it anew")) from None


def reader_name() -> str:
    """Return the program that reads the XML, with its version."""
    from lxml import etree

    return f"lxml {'.'.join(map(str, etree.LXML_VERSION[:3]))}"


def tag_of(element: Any) -> str:
    """Return the name of an element without its namespace, "" for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
