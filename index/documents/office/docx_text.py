"""The text of one paragraph of a docx as Word shows it: inserted text and the results of fields, and nothing that was deleted or hidden.

w:p ──▶ text, and the text boxes that hang on it
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.documents.office.archives import tag_of

UNSEEN = frozenset(
    {
        *("del", "moveFrom", "delText", "instrText", "delInstrText", "fldData", "rt", "pPr", "sectPr", "object"),
        *("commentReference", "annotationRef", "footnoteRef", "endnoteRef"),
    }
)  # elements whose text Word does not show in the paragraph; `rt`: how a character is read, above it
BLANKS = ("tab", "br", "cr", "ptab")


def text_of(paragraph: Any) -> tuple[str, list[Any]]:
    """Return the text of a paragraph, and its text boxes, whose paragraphs stand elsewhere on the page."""
    boxes: list[Any] = []
    return "".join(_shown(paragraph, boxes)), boxes


def _shown(element: Any, boxes: list[Any]) -> Iterator[str]:
    """Yield the characters below *element*; it is nested no deeper than its parser allowed."""
    for child in element:
        tag = tag_of(child)
        if tag == "t":
            yield child.text or ""
        elif tag in BLANKS:
            yield " "
        elif tag == "noBreakHyphen":
            yield "-"
        elif tag == "txbxContent":
            boxes.append(child)
        elif tag == "AlternateContent":  # the same twice, for new programs and for old ones
            yield from _shown(list(child)[:1], boxes)
        elif tag == "r" and _is_hidden(child):
            continue
        elif tag and tag not in UNSEEN:
            yield from _shown(child, boxes)


def _is_hidden(run: Any) -> bool:
    """Whether a run is hidden text."""
    for properties in run:
        if tag_of(properties) == "rPr":
            return any(tag_of(one) == "vanish" and value_of(one) not in ("0", "false", "off") for one in properties)
    return False


def value_of(element: Any, name: str = "val") -> str:
    """Return an attribute of an element, in whatever namespace it is, "" where there is none."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def child_of(element: Any, *names: str) -> Any | None:
    """Return the first child of this name, of that child the first of the next name, and so on; None where one is missing."""
    for name in names:
        element = next((child for child in element if tag_of(child) == name), None)
        if element is None:
            return None
    return element
