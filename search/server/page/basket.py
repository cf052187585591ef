"""The basket: passages that a reader sets aside, kept in a cookie on their own machine; the server keeps nothing.

cookie ──read──▶ Basket: questions, each with passages in order ──add, remove, earlier, later──▶ Basket ──write──▶ cookie

The cookie has ids and probabilities, no text: what is shown and handed out is read from the index anew. It is not signed, since whoever
may change it may read every passage anyway; what it says is checked by form and size.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from dataclasses import dataclass
from typing import Any, NamedTuple

from index.errors import BadInput

NAME = "qianli_basket"
LONGEST_COOKIE = 3800  # characters; browsers keep 4096 bytes with name and attributes
MOST_BYTES = 2**16  # of an unpacked basket
MOST = 100  # passages
KEPT = 30 * 24 * 3600  # seconds
ID = re.compile(r"[0-9a-f]{16}")
EMPTY = ""


class Item(NamedTuple):
    """A passage that was set aside. *score*: its probability as an answer to *question*; None where it was read without a question."""

    id: str
    question: str = EMPTY
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Basket:
    """Items in the order of the evidence sheet; those of one question stand together there, where its first item stands."""

    items: tuple[Item, ...] = ()

    def __len__(self) -> int:
        return len(self.items)

    def __contains__(self, id_: str) -> bool:
        return any(item.id == id_ for item in self.items)

    @property
    def questions(self) -> dict[str, list[Item]]:
        """The items of each question, in order."""
        grouped: dict[str, list[Item]] = {}
        for item in self.items:
            grouped.setdefault(item.question, []).append(item)
        return grouped

    def added(self, item: Item) -> Basket:
        """Return the basket with *item* at its end; a passage that is there already stays as it is. Raise BadInput where it is full."""
        if item.id in self:
            return self
        if len(self) >= MOST or len(packed(more := Basket((*self.items, item)))) > LONGEST_COOKIE:
            raise BadInput("the basket is full; download its evidence sheet, empty it, and go on with a new one")
        return more

    def removed(self, id_: str) -> Basket:
        return Basket(tuple(item for item in self.items if item.id != id_))

    def moved(self, id_: str, step: int) -> Basket:
        """Return the basket with an item one place earlier (-1) or later (1) among those of its question."""
        grouped = self.questions
        for items in grouped.values():
            place = next((place for place, item in enumerate(items) if item.id == id_), None)
            if place is not None and 0 <= place + step < len(items):
                items[place], items[place + step] = items[place + step], items[place]
        return Basket(tuple(item for items in grouped.values() for item in items))


def packed(basket: Basket) -> str:
    """Return a basket as the value of a cookie."""
    grouped = [[question, [[item.id, item.score] for item in items]] for question, items in basket.questions.items()]
    raw = json.dumps(grouped, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode().rstrip("=")


def unpacked(cookie: str | None) -> Basket:
    """Return the basket of a cookie; an empty one where the cookie is none of ours."""
    if not cookie or len(cookie) > LONGEST_COOKIE:
        return Basket()
    try:
        raw = zlib.decompressobj().decompress(base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4)), MOST_BYTES)
        grouped = json.loads(raw)
        items = [_item(question, *fields) for question, fields_of_items in grouped for fields in fields_of_items]
    except (ValueError, TypeError, binascii.Error, zlib.error, RecursionError):
        return Basket()
    return Basket(tuple({item.id: item for item in items}.values())[:MOST])


def item_of(id_: str, question: str, score: str) -> Item:
    """Return the item that a form sends. Raise BadInput for an *id_* that is none."""
    if not ID.fullmatch(id_):
        raise BadInput("{given} is no passage; choose one on its page", given=repr(id_[:40]))
    try:
        number = float(score) if score else None
    except ValueError:
        number = None
    return Item(id_, question.strip(), number if number is not None and 0 <= number <= 1 else None)


def _item(question: Any, id_: Any, score: Any) -> Item:
    if not (isinstance(question, str) and isinstance(id_, str) and ID.fullmatch(id_)):
        raise ValueError(id_)
    known = isinstance(score, int | float) and not isinstance(score, bool) and 0 <= score <= 1
    return Item(id_, question, score if known else None)
