"""Setting a story on a page: each part is set as the style asks, and written down in the gold beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.generated.stories import Stock, Story, name, story

HALF = str.maketrans("，：；！？（）", ",:;!?()")


@dataclass(frozen=True, slots=True)
class Style:
    """How a page is set; numbers are probabilities."""

    levels: tuple[int, ...] = (1,)  # of the titles' # marks, 0 for none
    signed: str = "above"  # where the authors stand: above the text or in brackets at its end ("closing", "run": run together)
    broken: float = 0.0  # a column's end in a paragraph
    wrapped: tuple[int, ...] = ()  # characters at which all lines are broken, one of these for the page
    indented: bool = True  # wrapped paragraphs begin with two blanks
    packed: bool = False  # no blank line anywhere
    leading: int = 0  # blank lines between wrapped lines
    spaced: bool = False  # blanks of the OCR where narrow columns turned
    captioned: float = 0.0  # a picture in the middle of a sentence
    kicker: bool = False
    subheads: bool = False
    banner: bool = False


@dataclass(slots=True)
class Sheet:
    """A page that is being set, and its gold."""

    random: Random
    stock: Stock
    style: Style
    lines: list[str] = field(default_factory=list)
    articles: list[dict[str, Any]] = field(default_factory=list)
    others: list[dict[str, Any]] = field(default_factory=list)

    def put(self, text: str, gap: int = 1) -> int:
        """Set one line below *gap* blank ones; return its number, from 1."""
        self.lines += [""] * (0 if self.style.packed else gap) + [text]
        return len(self.lines)

    def story(self, paragraphs: int = 0) -> Story:
        return story(self.random, self.stock, paragraphs or self.random.randint(3, 7))

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def other(self, kind: str, texts: Sequence[str], at: int) -> None:
        self.others.append({"kind": kind, "text": " / ".join(texts), "lines": [at, len(self.lines)]})


def set_article(sheet: Sheet, told: Story) -> dict[str, Any]:
    gold = set_heads(sheet, told)
    for at, text in enumerate(told.paragraphs):
        if sheet.style.subheads and at and at % 2 == 0 and at // 2 <= len(told.subheads):
            _subhead(sheet, gold, told.subheads[at // 2 - 1])
        set_paragraph(sheet, gold, text)
    return signed(sheet, gold)


def set_heads(sheet: Sheet, told: Story) -> dict[str, Any]:
    """Set the heads of an article."""
    style, gold = sheet.style, as_gold(told)
    gold["authors"] = told.authors if style.signed else []  # what is not printed cannot be read
    level = sheet.random.choice(style.levels)
    marks = "#" * level + " " if level else ""
    if style.kicker:
        deeper = "#" * (level + 1) + " " if level and sheet.chance(0.7) else ""
        gold["kicker"], gold["kicker_lines"] = told.kicker, [sheet.put(deeper + told.kicker)] * 2
    gold["title_lines"] = [sheet.put(marks + told.title, gap=0 if style.kicker and not level else 1)] * 2
    if style.kicker and sheet.chance(0.4):
        gold["subtitle"], gold["subtitle_lines"] = told.subtitle, [sheet.put(told.subtitle)] * 2
    if style.signed == "above":
        gold["byline_text"] = " ".join(told.authors)
        gold["byline_lines"] = [sheet.put(gold["byline_text"])] * 2
    return gold


def as_gold(told: Story) -> dict[str, Any]:
    parts: dict[str, Any] = {"captions": [], "subheads": [], "subhead_details": [], "paragraphs": []}
    return {"title": told.title, "kicker": None, "subtitle": None, "authors": told.authors, "place": told.place, **parts}


def _subhead(sheet: Sheet, gold: dict[str, Any], texts: tuple[str, str]) -> None:
    at = sheet.put(texts[0])
    sheet.put(texts[1], gap=0)
    gold["subheads"].append(" / ".join(texts))
    gold["subhead_details"].append({"lines": [at, at + 1]})


def set_paragraph(sheet: Sheet, gold: dict[str, Any], text: str) -> None:
    """Set a paragraph as the style asks: whole, in columns, around a picture, wrapped, or with stray blanks."""
    style, random = sheet.style, sheet.random
    text = text.translate(HALF) if style.spaced else text
    if style.wrapped:
        full, size = "　　" * style.indented + text, style.wrapped[0]
        pieces = [full[at : at + size] for at in range(0, len(full), size)]
        recorded(gold, text, [sheet.put(piece, gap=style.leading) for piece in pieces])
        return
    cuts = _cuts(random, text) if sheet.chance(max(style.broken, style.captioned)) else []
    shown = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    numbers = []
    for at, piece in enumerate(shown):
        if at and style.captioned:
            _caption(sheet, gold)
        numbers.append(sheet.put(_blanks(random, piece) if style.spaced else piece))
    recorded(gold, text, numbers)


def recorded(gold: dict[str, Any], text: str, numbers: list[int]) -> None:
    gold["paragraphs"].append({"text": text, "lines": [min(numbers), max(numbers)], "source_lines": numbers})


def _cuts(random: Random, text: str) -> list[int]:
    """One or two places in a sentence, now and then before its last character."""
    places = inside(text)
    if random.random() < 0.15 and len(text) - 2 in places:
        return [len(text) - 2]
    return sorted(random.sample(places, min(len(places), random.choice((1, 1, 2)))))


def inside(text: str) -> list[int]:
    """Where a column may end within a sentence of *text*: right after a sentence no one could tell a break."""
    return [at for at in range(8, len(text)) if text[at - 1] not in "。！？；：…”’" and text[at] not in "，。、；：！？”’）"]


def _blanks(random: Random, text: str) -> str:
    width, at = random.randint(14, 20), 0
    pieces = []
    while at < len(text):
        pieces.append(text[at : at + width])
        at += width
    return "".join(a + (" " if b and a[-1] > "\u4e00" and b[0] > "\u4e00" else "") for a, b in zip(pieces, [*pieces[1:], ""], strict=True))


def _caption(sheet: Sheet, gold: dict[str, Any]) -> None:
    told = sheet.random.choice(("志愿者走进小区开展服务活动", "居民在新建成的公园里散步", "街道举行议事协商会"))
    credit = sheet.random.choice(("(图片由临湖区委宣传部提供)", f"（{name(sheet.random)} 摄）", f"本报记者 {name(sheet.random)} 摄", ""))
    one = sheet.chance(0.5) or not credit
    at = sheet.put(f"{told} {credit}".strip() if one else told, gap=3)
    if not one:
        sheet.put(credit)
    gold["captions"].append({"text": f"{told} {credit}".strip(), "lines": [at, len(sheet.lines)]})


def signed(sheet: Sheet, gold: dict[str, Any]) -> dict[str, Any]:
    """Set the byline in brackets at the end of the text, and call the article done."""
    if sheet.style.signed in ("closing", "run"):
        gold["byline_text"] = "(" + (" " if sheet.style.signed == "closing" else "").join(gold["authors"]) + ")"
        apart = sheet.chance(0.3)
        if apart:
            sheet.put(gold["byline_text"])
        else:
            sheet.lines[-1] += " " + gold["byline_text"]
        gold["byline_lines"] = [len(sheet.lines)] * 2
    sheet.articles.append(gold)
    return gold
