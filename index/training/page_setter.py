"""Set a text on a page in the habits of one publication, with the label of each line: headings, bylines, subheads, captions, text.

Story, Habits ──Setter──▶ lines, and label of each: title, more, kicker, subtitle, byline, subhead, section, caption or text
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random

from index.training.page_texts import Section, Story, Texts, clause, name
from index.training.page_words import (
    ADOPTED,
    BYLINES,
    CITIES,
    COLUMNS,
    ENGLISH_BYLINES,
    ENGLISH_NAMES,
    HALF,
    ITEMS,
    LABELS_OF_LETTERS,
    NUMBERS,
    OFFICES,
    OLD,
    ROMAN,
    SIGNS,
    STAMPS,
    TAKEN,
)


@dataclass(slots=True)
class Habits:
    """How one page sets its texts; *gap* counts blank lines."""

    marks: str = ""  # "", "#", "**", "【】", or a sign such as ▲ before each headline
    gap: int = 1  # between paragraphs
    above: int = 1  # headline
    below: int = 1  # headline
    size: int = 0  # characters of a wrapped line, 0 where each paragraph is a line
    indent: str = ""
    broken: float = 0.0  # probability that a paragraph is broken within a sentence
    spaced: bool = False
    half: bool = False
    signed: str = ""  # above, closing, run or ""
    stamped: float = 0.0
    opening: str = ""  # of the first paragraph: `本报讯`
    kicker: float = 0.0
    subtitle: float = 0.0
    subheads: float = 0.0
    numbered: str = ""
    captions: float = 0.0
    parted: float = 0.0  # probability that a headline has two lines
    subhead_gap: int = 1
    capitals: bool = False
    levels: tuple[int, ...] = (1,)  # of the marks of titles; 0 for a title without marks
    deeper: float = 1.0  # probability that a heading below or above a marked title has deeper marks, and not none
    leads: float = 0.0  # probability of an editor's lead below the name of a section
    pictures: float = 0.0  # probability of photo news without a title at the end
    short: float = 0.0  # probability that a paragraph is one sentence, or a part of it
    old: bool = False  # set as in the 1930s: 、 for a comma, and often for the end of a sentence
    doubled: float = 0.0  # probability of subheads of two lines


@dataclass(slots=True)
class LabelledPage:
    """The lines of a page, and the label of each line that is not blank, by its number from 1."""

    lines: list[str] = field(default_factory=list)
    labels: dict[int, str] = field(default_factory=dict)
    markdown: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


class Setter:
    """A page that is being set."""

    def __init__(self, random: Random, texts: Texts, habits: Habits) -> None:
        self.random, self.texts, self.habits, self.page = random, texts, habits, LabelledPage()
        self.page.markdown = self.habits.marks in ("#", "**")

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def put(self, text: str, label: str, gap: int) -> None:
        self.page.lines += [""] * (gap if self.page.lines or self.chance(0.1) else 0) + [text]
        self.page.labels[len(self.page.lines)] = label

    def fill(self, form: str, text: str = "", number: int = 1) -> str:
        """Return *form* with names, dates and numbers drawn for it."""
        random = self.random
        people = " ".join(name(random) for _ in range(random.choice((1, 1, 2, 3))))
        return form.format(
            text=text, number=number, roman=ROMAN[min(number, 10) - 1], names=people, name=name(random), other=name(random),
            city=random.choice(CITIES), year=random.randint(1998, 2025), month=random.randint(1, 12), day=random.randint(1, 28),
        )  # fmt: skip

    def section(self, level: int = 0) -> None:
        """Set the banner or the name of a column above what follows, perhaps with a lead."""
        texts = [self.random.choice(COLUMNS) if self.chance(0.6) else self.texts.headline(self.random)[:14]]
        if self.chance(0.25):
            texts.append(
                f"{self.random.choice(CITIES)}·{self.random.choice(CITIES)}" if self.chance(0.4) else self.texts.headline(self.random)
            )
        marks = "#" * level + " " if level else ""
        for i, text in enumerate(texts):
            self.put(marks * (i == 0) + text, "section", self.habits.above if i == 0 else self.random.choice((0, 1)))
        if self.chance(self.habits.leads):
            opening = self.random.choice(("编者按：", "编者按 ", "近年来，各地", "", "今日起，本报推出系列报道。"))
            self.paragraph(opening + self.random.choice(self.texts.paragraphs)[:120].rsplit("，", 1)[0] + "。", self.habits.gap)

    def headline(self, text: str, label: str, level: int, gap: int) -> None:
        """Set a heading in the page's own marks; a long one may be parted into two lines."""
        habit, random = self.habits, self.random
        text = text.upper() if habit.capitals and text.isascii() else text
        if habit.marks == "#" and level:
            self.put(f"{'#' * level} {text}", label, gap)
        elif habit.marks == "**":
            self.put(f"**{text}**", label, gap)
        elif habit.marks == "【】" and label in ("title", "section"):
            self.put(f"【{text}】", label, gap)
        elif habit.marks in SIGNS and label == "title":
            self.put(habit.marks + self.random.choice(("", "", " ")) + text, label, gap)
        else:
            size = habit.size or len(text)
            pieces = [text[start : start + size] for start in range(0, len(text), size)]
            if len(pieces) == 1 and len(text) >= 14 and self.chance(habit.parted) and not text.isascii():
                cut = max(
                    (i for i in range(5, len(text) - 4) if text[i - 1] in "，、”》的"),
                    key=lambda i: -abs(i - len(text) / 2),
                    default=len(text) // 2,
                )
                pieces = [text[:cut], text[cut:]]
            for i, piece in enumerate(pieces):
                shown = piece.strip()
                shown = _blanks(random, shown) if habit.spaced and self.chance(0.15) else shown
                lead = random.choice(("", "", "", "　　", "          ")) if not habit.indent else ""
                self.put(
                    (lead + shown) if shown else piece,
                    label if i == 0 else "more",
                    gap if i == 0 else (0 if self.chance(0.8) else min(1, gap)),
                )

    def article(self, story: Story, level: int = 1) -> None:
        """Set the headings and the sections of a story."""
        habit, random = self.habits, self.random
        if story.kind == "notice" and self.chance(0.15):
            self.put(
                self.fill(random.choice(("{city}市人民政府文件", "{city}区教育局文件", "{city}街道办事处文件", "中共{city}市委文件"))),
                "section",
                habit.above,
            )
            self.put(self.fill(random.choice(NUMBERS)), "section", random.choice((0, 1)))
        title = story.title.translate(HALF) if habit.half else story.title
        above = habit.above
        if self.chance(habit.kicker):
            self.headline(story.kicker, "kicker", self.deeper(level), above)
            above = random.choice((0, min(above, 1)))
        self.headline(title, "title", level, above)
        if self.chance(habit.subtitle):
            self.headline(
                "——" + story.subtitle if self.chance(0.6) else story.subtitle,
                "subtitle",
                self.deeper(level),
                random.choice((0, min(habit.below, 1))),
            )
        while story.kind == "notice" and self.chance(0.25):
            self.put(self.fill(random.choice(ADOPTED)), "subtitle", random.choice((0, habit.below, 1)))
        if story.kind == "notice" and self.chance(0.3):
            self.put(self.fill(random.choice(NUMBERS)), "subtitle", random.choice((0, habit.below, 1)))
        if habit.signed == "above":
            byline = self.english_byline() if story.kind == "english" else self.fill(random.choice(BYLINES))
            self.put(byline, "byline", random.choice((0, habit.below)))
        if self.chance(habit.stamped):
            self.put(self.fill(random.choice(STAMPS)), "byline", random.choice((0, habit.below)))
        if story.kind in ("notice", "report") and self.chance(0.15):
            self.put(random.choice(CITIES) + random.choice(OFFICES), "subtitle", random.choice((0, habit.below, 1)))
        subheaded, offset = self.chance(habit.subheads), 0
        first = True
        for number, section in enumerate(self.sections(story, subheaded)):
            if number == 0 and subheaded and (habit.numbered or habit.marks == "#") and self.chance(0.3):
                section, offset = Section(self.texts.subheading(random), section.paragraphs), 1
            if section.subhead and subheaded:
                subhead = section.subhead
                if self.chance(0.15):
                    subhead = random.choice(("“{}”——{}", "{}——{}", "{}：{}")).format(subhead.strip("“”"), self.texts.subheading(random))
                text = self.fill(habit.numbered, subhead, number + offset) if habit.numbered else subhead
                if self.chance(habit.captions):
                    self.caption()
                self.headline(text, "subhead", self.deeper(level), habit.subhead_gap)
                if self.chance(habit.doubled):
                    self.put(self.texts.subheading(random), "subhead", 0)
            if self.chance(0.3 if story.kind in ("notice", "letter") else 0.05):
                self.items()
            if story.kind in ("notice", "mixed") and self.chance(0.06):
                self.names()
            if story.kind == "letter" and self.chance(0.3):
                self.put(random.choice(LABELS_OF_LETTERS), "subhead", habit.gap)
            for paragraph in section.paragraphs:
                opening = self.fill(habit.opening) if first and habit.opening else ""
                self.paragraph(opening + paragraph, habit.below if first or paragraph is section.paragraphs[0] else habit.gap)
                first = False
        self.sign(story)

    def english_byline(self) -> str:
        first, last = ENGLISH_NAMES
        people = [f"{self.random.choice(first)} {self.random.choice(last)}" for _ in range(2)]
        form = self.random.choice(ENGLISH_BYLINES)
        return form.format(*(person.upper() if form.startswith("BY") else person for person in people))

    def items(self) -> None:
        """Set some short items: they are text."""
        form, gap = self.random.choice(ITEMS), self.random.choice((0, 0, self.habits.gap))
        for number in range(1, self.random.randint(2, 7)):
            form = self.random.choice(ITEMS) if self.chance(0.2) else form
            self.put(self.fill(form, self.texts.subheading(self.random)[:16], number), "text", gap)

    def names(self) -> None:
        """Set a list of short lines, as of people, offices or places: they are text, whatever their length."""
        draw, gap = self.random.random(), 0 if self.chance(0.8) else self.habits.gap
        for _ in range(self.random.randint(5, 20)):
            unit = self.random.choice(CITIES) + self.random.choice(OFFICES)
            self.put(name(self.random) if draw < 0.4 else unit if draw < 0.8 else f"{name(self.random)} {unit}", "text", gap)

    def deeper(self, level: int) -> int:
        """Return the level of the marks of a heading beside a title of *level*, 0 for none."""
        return level + 1 if level and self.chance(self.habits.deeper) else 0

    def sections(self, story: Story, subheaded: bool) -> list[Section]:
        """Return the sections of a story; one without subheads gets some between its paragraphs, if the page has them."""
        if len(story.sections) > 1 or not subheaded:
            return story.sections
        paragraphs, size = story.sections[0].paragraphs, self.random.choice((1, 2, 3))
        sections = [Section("", paragraphs[:size])]
        for start in range(size, len(paragraphs), size):
            own = paragraphs[start : start + size]
            sections.append(Section(clause(self.random, own) if self.chance(0.6) else self.texts.subheading(self.random), own))
        return sections

    def sign(self, story: Story) -> None:
        habit = self.habits
        if habit.signed in ("closing", "run"):
            text = "(" + self.fill("{names}").replace(" ", " " if habit.signed == "closing" else "") + ")"
            if self.chance(0.3):
                self.put(text, "byline", habit.gap)
            else:
                self.page.lines[-1] += (" " if habit.signed == "closing" else "") + text
        if story.kind == "notice" and self.chance(0.4):
            self.put(self.random.choice(CITIES) + self.random.choice(OFFICES), "text", habit.gap)
            self.put(self.fill("{year}年{month}月{day}日"), "text", self.random.choice((0, habit.gap)))

    def paragraph(self, text: str, gap: int) -> None:
        """Set a paragraph as the page does: whole, wrapped, broken within a sentence, or with stray blanks."""
        habit, random = self.habits, self.random
        text = text.translate(HALF) if habit.half else text
        if self.chance(habit.short) and not text.isascii():
            text = re.split("[。！？]", text)[0] + "。"
            text = text[-random.randint(9, 30) :].lstrip("，、；：”）") if random.random() < 0.4 else text
        text = text.translate(OLD)[:-1] + random.choice("、。") if habit.old else text
        if self.chance(habit.captions):
            self.caption()
        if habit.size:
            full = habit.indent.replace("  ", " " if text.isascii() else "  ") + text
            size = habit.size * 2 if text.isascii() else habit.size
            pieces = _wrapped(full, size)
            for i, piece in enumerate(pieces):
                self.put(piece, "text", gap if i == 0 else 0)
            return
        latin = text.isascii()
        cuts = [cut for cut in range(8, len(text) - 1) if text[cut - 1] not in "。！？；：…”.:!?" and text[cut] not in "，。、；：！？”）"]
        cuts = [cut for cut in cuts if not latin or text[cut - 1] == " "]
        cuts = sorted(random.sample(cuts, min(len(cuts), random.choice((1, 1, 2))))) if cuts and self.chance(habit.broken) else []
        for i, (a, b) in enumerate(zip([0, *cuts], [*cuts, len(text)], strict=True)):
            piece = _blanks(random, text[a:b]) if habit.spaced else text[a:b]
            self.put(habit.indent * (i == 0) + piece, "text", gap if i == 0 else max(1, habit.gap))
            if i < len(cuts) and self.chance(habit.captions):
                self.caption()

    def caption(self) -> None:
        """Set the caption of a picture, which mostly leaves a gap: with the name of who took it, in a line of its own, or without."""
        random = self.random
        clauses = [clause for clause in re.split("[，。；]", random.choice(self.texts.paragraphs)) if len(clause) > 6]
        subject = clauses[0][: random.choice((14, 20, 30))] if clauses and random.random() < 0.7 else random.choice(self.texts.titles)[:30]
        subject = random.choice(("图为", "图：", "▲", "上图：")) + subject if self.chance(0.2) else subject
        credit = self.fill(random.choice(TAKEN).replace("{}", "{name}"))
        gap = random.choice((1, 3, 3, 4)) if credit else random.choice((3, 3, 4))
        if credit and self.chance(0.4):
            self.put(subject, "caption", gap)
            self.put(credit, "caption", random.choice((0, 1)))
            return
        if not credit and self.chance(0.3):
            credit = name(random)
        self.put(f"{subject}{'。' if self.chance(0.2) else ' '}{credit}".strip(), "caption", gap)
        if self.chance(0.1):
            self.caption()


def _wrapped(text: str, size: int) -> list[str]:
    """Return *text* in lines of *size* characters; words in a Latin script stay whole."""
    if not text.isascii():
        return [text[start : start + size] for start in range(0, len(text), size)]
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) >= size:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return lines


def _blanks(random: Random, text: str) -> str:
    """Return *text* with the stray blanks of an OCR at the line ends of narrow columns."""
    size = random.randint(10, 24)
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    return " ".join(pieces) if not text.isascii() else text
