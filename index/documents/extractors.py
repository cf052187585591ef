"""The functions that take the text out of documents, by the kind of the document; each is imported in the child process alone.

A new kind of document is a file beside this one, a row here, and its first bytes in `index/documents/kinds.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from index.documents.extracted import Extracted
from index.messages import say

EXTRACTORS = {  # kind -> module:function; the function takes the bytes of a file and returns Extracted, or raises Refused
    "pdf": "index.documents.pdf_files:extract_pdf",
    "docx": "index.documents.office.docx_files:extract_docx",
    **dict.fromkeys(("xlsx", "xls", "ods"), "index.documents.office.workbooks:extract_workbook"),
    "epub": "index.documents.office.epub_files:extract_epub",
    **{kind: f"index.documents.office.conversion:extract_{kind}" for kind in ("doc", "rtf", "odt", "ppt", "pptx", "odp")},
}


def extractor(kind: str) -> Callable[[bytes], Extracted]:
    """Return the function that reads this *kind* of document. Raise ImportError where a package that it needs is not installed."""
    module, _, function = EXTRACTORS[kind].partition(":")
    found: Callable[[bytes], Extracted] = getattr(import_module(module), function)
    return found


def why_unread(kind: str) -> str:
    """Return why documents of a *kind* without a row in EXTRACTORS are not read, and what to do."""
    reasons = {
        "encrypted": say("encrypted with a password; save it without one"),
        "ofd": say("an OFD file, which no program here reads; save it as PDF"),
        "zip": say("a zip archive; unpack it and index the folder"),
        "ole": say("an old Office file of no known kind; save it as docx, xlsx or PDF"),
    }
    return reasons.get(kind) or say("a {kind} file, which is not read; save it as docx or PDF", kind=kind)
