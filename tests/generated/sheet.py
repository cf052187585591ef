"""A story set on a page: each part is set as the style asks, and recorded in the gold beside the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.generated.reports import Lot, Report
from tests.generated.stories import Stock, Story, name, story

HALF = str.maketrans("，：；！？（）", ",:;!?()")


@dataclass(frozen=True, slots=True)
class Style:
    """How a page is set; numbers with a fraction are probabilities."""

    levels: tuple[int, ...] = (1,)  # of the titles' # marks, 0 for none
    signed: str = "above"  # where the byline is: above the text, or in brackets at its end ("closing"; "run": without spaces)
    broken: float = 0.0  # a column break in a paragraph
    wrapped: tuple[int, ...] = ()  # characters of a line on a page that wraps its lines, one of these for the page
    indented: bool = True  # wrapped paragraphs begin with two blanks
    packed: bool = False  # no blank line anywhere
    leading: int = 0  # blank lines between wrapped lines
    spaced: bool = False  # stray blanks of an OCR at the line ends of narrow columns
    captioned: float = 0.0  # a picture in the middle of a sentence
    kicker: bool = False
    subheads: bool = False
    banner: bool = False


@dataclass(slots=True)
class Sheet:
    """A page that is being set, and the gold of its reading."""

    random: Random
    stock: Stock
    style: Style
    lot: Lot  # of titled texts
    lines: list[str] = field(default_factory=list)
    articles: list[dict[str, Any]] = field(default_factory=list)
    others: list[dict[str, Any]] = field(default_factory=list)

    def put(self, text: str, gap: int = 1) -> int:
        """Set one line below *gap* blank lines; return the number of the line, from 1."""
        self.lines += [""] * (0 if self.style.packed else gap) + [text]
        return len(self.lines)

    def story(self, paragraphs: int = 0) -> Story:
        return story(self.random, self.stock, paragraphs or self.random.randint(3, 7))

    def report(self, of: Callable[[Report], bool] = bool) -> Report:
        """Return a titled text of which *of* is true and that the page does not have yet."""
        titles = {article["title"] for article in self.articles}
        while (drawn := self.lot.report(self.random)).title in titles or not of(drawn):
            pass
        return drawn

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def other(self, kind: str, texts: Sequence[str], at: int) -> None:
        self.others.append({"kind": kind, "text": " / ".join(texts), "lines": [at, len(self.lines)]})


def set_article(sheet: Sheet, written: Story) -> dict[str, Any]:
    """Set a whole article; return its gold."""
    gold = set_headings(sheet, written)
    for i, text in enumerate(written.paragraphs):
        if sheet.style.subheads and i and i % 2 == 0 and i // 2 <= len(written.subheads):
            _subhead(sheet, gold, written.subheads[i // 2 - 1])
        set_paragraph(sheet, gold, text)
    return sign(sheet, gold)


def set_headings(sheet: Sheet, written: Story) -> dict[str, Any]:
    """Set the kicker, title, subtitle and byline of an article; return its gold so far."""
    style, gold = sheet.style, as_gold(written)
    gold["authors"] = written.authors if style.signed else []  # what is not printed cannot be read
    level = sheet.random.choice(style.levels)
    marks = "#" * level + " " if level else ""
    if style.kicker:
        deeper = "#" * (level + 1) + " " if level and sheet.chance(0.7) else ""
        gold["kicker"], gold["kicker_lines"] = written.kicker, [sheet.put(deeper + written.kicker)] * 2
    gold["title_lines"] = [sheet.put(marks + written.title, gap=0 if style.kicker and not level else 1)] * 2
    if style.kicker and sheet.chance(0.4):
        gold["subtitle"], gold["subtitle_lines"] = written.subtitle, [sheet.put(written.subtitle)] * 2
    if style.signed == "above":
        gold["byline_text"] = " ".join(written.authors)
        gold["byline_lines"] = [sheet.put(gold["byline_text"])] * 2
    return gold


def as_gold(written: Story) -> dict[str, Any]:
    """Return the gold of an article of which nothing is set yet."""
    parts: dict[str, Any] = {"captions": [], "subheads": [], "subhead_details": [], "paragraphs": []}
    return {"title": written.title, "kicker": None, "subtitle": None, "authors": written.authors, "place": written.place, **parts}


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
        pieces = [full[start : start + size] for start in range(0, len(full), size)]
        record(gold, text, [sheet.put(piece, gap=style.leading) for piece in pieces])
        return
    cuts = _cuts(random, text) if sheet.chance(max(style.broken, style.captioned)) else []
    shown = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    numbers = []
    for i, piece in enumerate(shown):
        if i and style.captioned:
            _caption(sheet, gold)
        numbers.append(sheet.put(_blanks(random, piece) if style.spaced else piece))
    record(gold, text, numbers)


def record(gold: dict[str, Any], text: str, numbers: list[int]) -> None:
    """Record a paragraph and the numbers of its lines in *gold*."""
    gold["paragraphs"].append({"text": text, "lines": [min(numbers), max(numbers)], "source_lines": numbers})


def _cuts(random: Random, text: str) -> list[int]:
    """Return one or two positions within sentences, now and then the one before the last two characters."""
    positions = inside(text)
    if random.random() < 0.15 and len(text) - 2 in positions:
        return [len(text) - 2]
    return sorted(random.sample(positions, min(len(positions), random.choice((1, 1, 2)))))


def inside(text: str) -> list[int]:
    """Return the positions within sentences of *text* at which a column may end; right after a sentence nobody could see the break."""
    return [cut for cut in range(8, len(text)) if text[cut - 1] not in "。！？；：…”’" and text[cut] not in "，。、；：！？”’）"]


def _blanks(random: Random, text: str) -> str:
    size = random.randint(14, 20)
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    return "".join(a + (" " if b and a[-1] > "\u4e00" and b[0] > "\u4e00" else "") for a, b in zip(pieces, [*pieces[1:], ""], strict=True))


def _caption(sheet: Sheet, gold: dict[str, Any]) -> None:
    subject = sheet.random.choice(("志愿者走进小区开展服务活动", "居民在新建成的公园里散步", "街道举行议事协商会"))
    credit = sheet.random.choice(("(图片由临湖区委宣传部提供)", f"（{name(sheet.random)} 摄）", f"本报记者 {name(sheet.random)} 摄", ""))
    one = sheet.chance(0.5) or not credit
    at = sheet.put(f"{subject} {credit}".strip() if one else subject, gap=3)
    if not one:
        sheet.put(credit)
    gold["captions"].append({"text": f"{subject} {credit}".strip(), "lines": [at, len(sheet.lines)]})


def sign(sheet: Sheet, gold: dict[str, Any]) -> dict[str, Any]:
    """Set the byline in brackets at the end of the text where the style asks for it; add the finished article to the sheet."""
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
