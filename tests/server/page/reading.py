"""A page of HTML as a test reads it: its elements, their attributes and their text, by html.parser."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}  # elements without an end


@dataclass(eq=False)
class Element:
    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def words(self) -> str:
        """The text with blanks as one blank."""
        return " ".join(self.text.split())

    def all(self, tag: str = "", class_: str = "", **attributes: str) -> list[Element]:
        """Return the elements below this one, in order, of a tag, a class and attributes (`data_copy` is data-copy)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        found = []
        for child in self.children:
            if isinstance(child, Element):
                named = not tag or child.tag == tag
                classed = not class_ or class_ in child.attributes.get("class", "").split()
                if named and classed and all(child.attributes.get(name) == value for name, value in wanted.items()):
                    found.append(child)
                found += child.all(tag, class_, **attributes)
        return found

    def one(self, tag: str = "", class_: str = "", **attributes: str) -> Element:
        """Return the first such element."""
        found = self.all(tag, class_, **attributes)
        assert found, (tag, class_, attributes, self.words[:500])
        return found[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in EMPTY:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, (self.open[-1].tag, tag, self.getpos())  # every element is closed, in order
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(html: str) -> Element:
    """Return a page as an element; every element of it must be closed in order."""
    reader = _Reader()
    reader.feed(html)
    assert len(reader.open) == 1, [element.tag for element in reader.open]
    return reader.open[0]
