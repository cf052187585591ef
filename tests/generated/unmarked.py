"""Pages without marks: headlines are lines like others, told from text by what stands around them.

Look (blank lines, indents, width, breaks, stray blanks) + Report ──▶ lines and gold
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from tests.generated.reports import Report
from tests.generated.sheet import HALF, Sheet, inside, record
from tests.generated.stories import CITIES, name

SPACINGS = (  # blank lines above a headline, below it, and between paragraphs
    (1, 1, 1),
    (0, 0, 0),
    (2, 1, 1),
    (2, 0, 0),
    (1, 1, 0),
    (1, 0, 0),
)
INDENT = "　　"
CLOSING_MARKS = "，。、；：！？”’）》"
OVER_ARTICLES = ["今日要闻", "民生直通车", "区县新闻", "城市治理·观察", "基层动态", "社会万象", "综合新闻", "身边事"]
OVER_BRIEFS = ["简讯", "要闻速览", "一句话新闻", "短波", "各地简报", "快讯"]
BRIEF_MARKS = (("", ""), ("", ""), ("【", "】"), ("▲", ""), ("**", "**"), ("■ ", ""), ("● ", ""))
NUMBERED = ("一、", "二、", "三、", "四、", "五、")


@dataclass(frozen=True, slots=True)
class Look:
    """How a page without marks is set; the shares are probabilities."""

    above: int = 1  # blank lines above a headline
    below: int = 1  # between a headline and its text
    between: int = 1  # between paragraphs
    indent: str = ""
    width: int = 0  # characters of a line, 0 for a paragraph a line
    hanging: bool = True  # a mark of punctuation never begins a wrapped line
    broken: float = 0.0  # paragraphs broken over a blank line
    stray: str = ""  # where an OCR leaves blanks: "columns", "anywhere", "marks"
    half: bool = False  # half-width punctuation
    headed: float = 0.4  # kickers and subtitles that are printed
    opened: float = 0.0  # 本报讯
    captioned: float = 0.0  # captions that are printed
    bylined: float = 0.0  # names on a line below the headline
    signed: float = 0.0  # names in brackets at the end
    marks: tuple[str, str] = ("", "")  # around a headline


def a_look(random: Random) -> Look:
    """Return a look with blank lines, indents and habits drawn at random."""
    above, below, between = random.choice(SPACINGS)
    indent = INDENT if random.random() < (0.5 if between == 0 else 0.2) else ""
    habit = random.choice(({}, {}, {"opened": 0.7}, {"signed": 0.7}))
    return Look(above, below, between, indent, **habit)


def set_unmarked(sheet: Sheet, look: Look | None = None) -> None:
    """Set some articles one below the other."""
    look = look or a_look(sheet.random)
    for _ in range(sheet.random.randint(3, 6)):
        set_report(sheet, look, sheet.report())


def set_wrapped(sheet: Sheet) -> None:
    """Set articles in narrow lines; a long headline takes two."""
    look = a_look(sheet.random)
    indent = INDENT if sheet.chance(0.6) else ""
    set_unmarked(sheet, replace(look, width=sheet.random.randint(16, 33), indent=indent, hanging=sheet.chance(0.7)))


def set_broken(sheet: Sheet) -> None:
    """Set articles whose paragraphs are broken over a blank line."""
    set_unmarked(sheet, replace(a_look(sheet.random), broken=0.4))


def set_spaced(sheet: Sheet) -> None:
    """Set articles with the stray blanks that an OCR leaves."""
    look = replace(a_look(sheet.random), stray=sheet.random.choice(("columns", "anywhere", "marks")), half=sheet.chance(0.4))
    set_unmarked(sheet, replace(look, broken=sheet.random.choice((0.0, 0.2))))


def set_half(sheet: Sheet) -> None:
    """Set articles with half-width punctuation."""
    set_unmarked(sheet, replace(a_look(sheet.random), half=True))


def set_bylines(sheet: Sheet) -> None:
    """Set articles of which some have a byline below the headline."""
    set_unmarked(sheet, replace(a_look(sheet.random), bylined=0.5, opened=0.0, signed=0.0))


def set_captions(sheet: Sheet) -> None:
    """Set articles with pictures, whose captions stand between or below their paragraphs."""
    look = replace(a_look(sheet.random), captioned=0.8)
    for at in range(sheet.random.randint(3, 5)):
        set_report(sheet, look, sheet.report(_has_caption if at < 2 else bool))


def set_briefs(sheet: Sheet) -> None:
    """Set articles of one paragraph under the name of a section, then a longer one."""
    look = replace(a_look(sheet.random), headed=0.0, marks=sheet.random.choice(BRIEF_MARKS))
    if sheet.chance(0.8):
        banner(sheet, [sheet.random.choice(OVER_BRIEFS)], look.above)
    for _ in range(sheet.random.randint(4, 9)):
        report = sheet.report()
        set_report(sheet, look, replace_paragraphs(report, report.paragraphs[:1]))
    if sheet.chance(0.5):
        set_report(sheet, replace(look, marks=("", "") if look.marks[1] != "**" else look.marks), sheet.report())


def set_covered(sheet: Sheet) -> None:
    """Set a name over several articles, most of which have a kicker or a subtitle; sometimes titles have marks."""
    look = replace(a_look(sheet.random), headed=1.0, marks=sheet.random.choice((("", ""), ("", ""), ("# ", ""))))
    place = [f"{sheet.random.choice(CITIES)}日报 2024年3月{sheet.random.randint(1, 28)}日 星期五"] * sheet.chance(0.3)
    banner(sheet, [*place, sheet.random.choice(OVER_ARTICLES)], look.above)
    for at in range(sheet.random.randint(3, 5)):
        report = sheet.report(_has_two_heads if at < 3 else bool)
        set_report(sheet, look, report)


def set_subheads(sheet: Sheet) -> None:
    """Set a long article with subheads between two others."""
    look = a_look(sheet.random)
    set_report(sheet, look, sheet.report())
    form = sheet.random.choice(("bare", "bare", "numbered", "spaced as text"))
    _set_long(sheet, look, sheet.random.choice(sheet.lot.long), form)
    for _ in range(sheet.random.randint(1, 2)):
        set_report(sheet, look, sheet.report())


def _set_long(sheet: Sheet, look: Look, report: Report, form: str) -> None:
    gold = set_heads(sheet, look, report)
    for text in report.paragraphs:
        set_text(sheet, look, gold, text)
    for at, (subhead, texts) in enumerate(report.sections):
        shown = subhead if form != "numbered" else NUMBERED[at] + re.sub("^[一二三]、", "", subhead)
        line = sheet.put(shown, look.between if form == "spaced as text" else look.above)
        gold["subheads"].append(shown)
        gold["subhead_details"].append({"lines": [line, line]})
        for number, text in enumerate(texts):
            set_text(sheet, look, gold, text, None if number or form == "spaced as text" else look.below)
    sheet.articles.append(gold)


def set_report(sheet: Sheet, look: Look, report: Report) -> dict[str, Any]:
    """Set an article with its headlines; return its gold."""
    gold = set_heads(sheet, look, report)
    texts = list(report.paragraphs)
    if look.bylined and sheet.chance(look.bylined):
        _byline(sheet, look, gold)
    if sheet.chance(look.opened):
        texts[0] = _opening(sheet, gold) + texts[0]
    captions = [sheet.random.randrange(len(texts))] if report.caption and sheet.chance(look.captioned) else []
    for number, text in enumerate(texts):
        set_text(sheet, look, gold, text, look.between if number else look.below)
        if number in captions:
            _caption(sheet, look, gold, report.caption)
    if sheet.chance(look.signed):
        _sign(sheet, look, gold)
    sheet.articles.append(gold)
    return gold


def set_heads(sheet: Sheet, look: Look, report: Report) -> dict[str, Any]:
    """Set kicker, title and subtitle; return the gold of the article so far."""
    gold: dict[str, Any] = {"title": report.title, "kicker": None, "subtitle": None, "authors": [], "place": None}
    gold |= {"captions": [], "subheads": [], "subhead_details": [], "paragraphs": []}
    before, after = look.marks
    printed = {role: text for role in ("kicker", "title", "subtitle") if (text := getattr(report, role))}
    for role in ("kicker", "subtitle"):
        if role in printed and not sheet.chance(look.headed):
            del printed[role]
    for number, (role, text) in enumerate(printed.items()):
        marked = f"{before}{text}{after}" if role == "title" else text
        gold[role], gold[f"{role}_lines"] = text, _headline(sheet, look, marked, 0 if number else look.above)
    if before.strip("#* "):
        gold["alt_titles"] = [f"{before}{report.title}{after}"]
    return gold


def _headline(sheet: Sheet, look: Look, text: str, gap: int) -> list[int]:
    """Set a headline in one line, or in two of like length where the page is narrow; return its first and last line."""
    text = text.translate(HALF) if look.half else text
    lines = [text]
    if look.width and len(text) > look.width:
        blank = text.find(" ", 4, len(text) - 4)
        cut = blank if blank > 0 else (len(text) + 1) // 2
        lines = [text[:cut].rstrip(), text[cut:].lstrip()]
    if look.stray:
        apart = len(text) <= 12 and sheet.chance(0.3)
        lines = [" ".join(line) if apart else stray_blanks(sheet.random, line, look.stray) for line in lines]
    first = sheet.put(lines[0], gap)
    return [first, sheet.put(lines[1], 0) if lines[1:] else first]


def set_text(sheet: Sheet, look: Look, gold: dict[str, Any], text: str, gap: int | None = None) -> None:
    """Set a paragraph *gap* blank lines below the line before."""
    gap = look.between if gap is None else gap
    text = text.translate(HALF) if look.half else text
    if look.width:
        lines = wrap(look.indent + text, look.width, look.hanging)
        record(gold, text, [sheet.put(line, 0 if number else gap) for number, line in enumerate(lines)])
        return
    places = inside(text) if sheet.chance(look.broken) else []
    cuts = sorted(sheet.random.sample(places, min(len(places), sheet.random.choice((1, 1, 2)))))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    shown = [stray_blanks(sheet.random, piece, look.stray) for piece in pieces]
    shown[0] = look.indent + shown[0]
    record(gold, text, [sheet.put(piece, max(1, look.between) if number else gap) for number, piece in enumerate(shown)])


def wrap(text: str, width: int, hanging: bool) -> list[str]:
    """Return *text* in lines of *width* characters; with *hanging* a mark that would begin a line ends the one before."""
    lines, start = [], 0
    while start < len(text):
        end = start + width
        while hanging and end < len(text) and text[end] in CLOSING_MARKS:
            end += 1
        lines.append(text[start:end])
        start = end
    return lines


def stray_blanks(random: Random, text: str, where: str) -> str:
    """Return *text* with stray blanks: at the ends of narrow columns, anywhere, or after punctuation."""
    if where == "marks":
        return re.sub("(?<=[，。、；：,;:])(?=.)", lambda _: " " * (random.random() < 0.7), text)
    share, shown, column = 0.04, "", random.randint(14, 20)
    for at, character in enumerate(text):
        han = at and character > "\u4e00" and text[at - 1] > "\u4e00"
        blank = random.random() < share if where == "anywhere" else bool(where) and at % column == 0
        shown += " " * bool(han and blank) + character
    return shown


def banner(sheet: Sheet, texts: list[str], gap: int = 1) -> None:
    """Set lines that belong to no article."""
    first = sheet.put(texts[0], gap)
    for text in texts[1:]:
        sheet.put(text, 0)
    sheet.other("banner", texts, first)


def _has_caption(report: Report) -> bool:
    return bool(report.caption)


def _has_two_heads(report: Report) -> bool:
    return bool(report.kicker or report.subtitle)


def replace_paragraphs(report: Report, paragraphs: list[str]) -> Report:
    return Report(report.title, paragraphs, report.kicker, report.subtitle)


def _caption(sheet: Sheet, look: Look, gold: dict[str, Any], text: str) -> None:
    """Set a caption with a credit of one form or another, or without."""
    credit = sheet.random.choice((" {} 摄", "（{} 摄）", " 记者 {} 摄", " 通讯员 {} 供图", ""))
    shown = text + credit.format(name(sheet.random))
    line = sheet.put(shown, sheet.random.choice((look.between, 1, 2)))
    gold["captions"].append({"text": shown, "lines": [line, line]})


def _opening(sheet: Sheet, gold: dict[str, Any]) -> str:
    """Return how a report opens; it names the reporter in some forms."""
    author, city = name(sheet.random), sheet.random.choice(CITIES)
    form = sheet.random.choice(("本报讯 ", "本报讯（记者 {}）", "本报{}讯 ", "（记者 {}）"))
    if "记者" in form:
        gold["authors"], gold["byline_text"] = [author], form.format(author).removeprefix("本报讯")
        return form.format(author)
    return form.format(city)


def _byline(sheet: Sheet, look: Look, gold: dict[str, Any]) -> None:
    """Set the names of one or two authors in one form or another."""
    authors = [name(sheet.random) for _ in range(sheet.random.randint(1, 2))]
    form = sheet.random.choice(("本报记者 {}", "记者 {}", "{}", "□ 本报记者 {}", "文/{}"))
    between = sheet.random.choice((" ", " 通讯员 ")) if "记者" in form else " "
    gold["authors"], gold["byline_text"] = authors, form.format(between.join(authors))
    gold["byline_lines"] = [sheet.put(gold["byline_text"], look.below)] * 2


def _sign(sheet: Sheet, look: Look, gold: dict[str, Any]) -> None:
    authors = [name(sheet.random) for _ in range(sheet.random.randint(1, 2))]
    gold["authors"], gold["byline_text"] = authors, f"（{' '.join(authors)}）"
    if look.width or sheet.chance(0.4):
        sheet.put(gold["byline_text"], look.between)
    else:
        sheet.lines[-1] += gold["byline_text"]
    gold["byline_lines"] = [len(sheet.lines)] * 2
