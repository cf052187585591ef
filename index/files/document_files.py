"""Read the bytes of a document (a PDF, a docx, a workbook) into a Page: its text is taken out of it in a child process."""

from __future__ import annotations

import hashlib

from index.document import Page
from index.documents.extracted import Refused
from index.documents.extraction import extract
from index.documents.kinds import SUFFIXES
from index.files.content import UNSUITED, Skipped
from index.files.decoding import lines_ended
from index.files.text_files import read_text
from index.messages import say


def read_document(content: bytes, source: str, kind: str, suffix: str) -> Page | Skipped:
    """Read a document of this *kind*, which is the encoding of the page as well; its digest is that of the file."""
    try:
        extracted = extract(kind, content)
    except Refused as error:
        why = str(error)
        if kind in SUFFIXES.values() and SUFFIXES.get(suffix) != kind:
            why = say("a {kind} file, whatever its name says: {reason}", kind=kind, reason=why)
        return Skipped(source, why, UNSUITED)
    text = lines_ended(extracted.text.replace("\r", " "))  # one character for one: blocks and spots count them
    if not text.strip():
        return Skipped(source, say("no text in it"), UNSUITED)
    digest = hashlib.sha256(content).hexdigest()
    parts = extracted._asdict() | {"text": text}
    return Page(source, sha256=digest, encoding=kind, **parts)


def read_misnamed(content: bytes, source: str) -> Page | Skipped:
    """Read a file that has the suffix of a document and not its first bytes: a page of HTML that was saved as .doc, or a mere text."""
    page = read_text(content, source)
    if isinstance(page, Skipped) and page.kind == UNSUITED:
        return Skipped(source, say("not what its name says, and not text; open it and save it anew"), UNSUITED)
    return page
