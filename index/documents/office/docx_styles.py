"""What the style of a paragraph in a docx says of it: a heading of some level, a caption, a line of a table of contents, a list."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from index.documents.office.archives import tag_of
from index.documents.office.docx_text import child_of, value_of

HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])")
TITLES = ("title", "标题", "標題", "公文标题", "文章标题")
KINDS = (  # of a style by its name, in lower case
    (re.compile(r"caption|题注|題注|图注|表注"), "caption"),
    (re.compile(r"toc\s*(?:\d|heading)|目录\s*\d|目錄\s*\d|table of (?:figures|authorities)|header|footer|页眉|页脚"), "furniture"),
)
DEEPEST_STYLE = 12  # styles that one is based on, one after the other
CENTRED = ("center", "right", "end")
BODY_LEVEL = 9  # of an outline: no heading


class Look(NamedTuple):
    """What a paragraph is by its style: its *kind* as of a block, the *level* of a heading (0: none), its list and the level in it.

    *is_centred*: it stands in the middle or at the right; *indent*: of its first line, in whatever unit is given, 0 for none.
    """

    kind: str = "text"
    level: int = 0
    list_number: str = ""
    list_level: int = 0
    is_title: bool = False
    is_centred: bool = False
    indent: int = 0


class Styles:
    """The styles of a docx by their ids."""

    def __init__(self, root: Any | None) -> None:
        """*root*: that of styles.xml, None where the document has none."""
        self._styles: dict[str, Any] = {}
        for element in root if root is not None else ():
            if tag_of(element) == "style" and value_of(element, "type") in ("paragraph", ""):
                self._styles[value_of(element, "styleId")] = element
        self._looks: dict[str, Look] = {}

    def look(self, paragraph: Any) -> Look:
        """Return what a paragraph is by its style and by what it says itself."""
        properties = child_of(paragraph, "pPr")
        if properties is None:
            return Look()
        style = child_of(properties, "pStyle")
        look = self._of_style(value_of(style)) if style is not None else Look()
        return _with_properties(look, properties)

    def _of_style(self, name: str) -> Look:
        if name not in self._looks:
            chain: list[Any] = []
            look = Look()
            following = name
            while following in self._styles and len(chain) < DEEPEST_STYLE:
                chain.append(self._styles[following])
                parent = child_of(chain[-1], "basedOn")
                following = value_of(parent) if parent is not None else ""
            for element in reversed(chain):
                look = _by_name(look, element)
                properties = child_of(element, "pPr")
                look = _with_properties(look, properties) if properties is not None else look
            self._looks[name] = look
        return self._looks[name]


def _by_name(look: Look, style: Any) -> Look:
    element = child_of(style, "name")
    name = value_of(element).strip().lower() if element is not None else ""
    heading = HEADING.match(name)
    if heading:
        return look._replace(kind="text", level=int(heading[1]))
    if name in TITLES:
        return look._replace(kind="text", level=1, is_title=True)
    kind = next((kind for pattern, kind in KINDS if pattern.match(name)), None)
    return look._replace(kind=kind, level=0) if kind else look


def _with_properties(look: Look, properties: Any) -> Look:
    for element in properties:
        tag = tag_of(element)
        if tag == "outlineLvl":
            level = _integer(value_of(element), BODY_LEVEL)
            look = look._replace(level=level + 1 if level < BODY_LEVEL else 0, is_title=look.is_title and level < BODY_LEVEL)
        elif tag == "jc":
            look = look._replace(is_centred=value_of(element) in CENTRED)
        elif tag == "ind":
            indents = [value_of(element, name) for name in ("firstLineChars", "firstLine") if value_of(element, name)]
            look = look._replace(indent=_integer(indents[0], 0)) if indents else look
        elif tag == "numPr":
            number, level_element = child_of(element, "numId"), child_of(element, "ilvl")
            look = look._replace(
                list_number=value_of(number) if number is not None else look.list_number,
                list_level=_integer(value_of(level_element), 0) if level_element is not None else look.list_level,
            )
    return look


def _integer(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else otherwise
