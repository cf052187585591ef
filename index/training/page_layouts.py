"""Pages set out of titled texts in many layouts, with the label of each line: the training of the model that labels lines.

    Texts ──stories──▶ Habits of a publication ──set──▶ pages of news, briefs, notices, letters, reports, outlines

Every habit is drawn anew for each page: marks, gaps, wrapped or broken or spaced lines, bylines, subheads, briefs, banners.
"""

from __future__ import annotations

from random import Random

from index.training.page_setter import Habits, LabelledPage, Setter
from index.training.page_texts import Section, Story, Texts
from index.training.page_words import FOOTS, NUMBERED, OPENINGS, SIGNS


def habits(random: Random) -> Habits:
    """Return the habits of a page; each is drawn alone, so that no two of them go together by rule."""
    gap = random.choice((0, 0, 1, 1, 1, 2))
    above = random.choice((gap, gap, gap, 1, 2, 3))
    wrapped = random.random() < 0.35
    habit = Habits(
        marks=random.choice(("",) * 22 + ("#", "#", "#", "#", "#", "**", "【】", "▲", "◆", "○", "●", "■")),
        gap=gap,
        above=above,
        below=random.choice((gap, gap, gap, 0, 1, above)),
        size=random.randint(13, 42) if wrapped else 0,
        indent=random.choice(("", "　　", "　　", "  ", "    ")) if wrapped or random.random() < 0.3 else "",
        broken=0.0 if wrapped else random.choice((0.0, 0.0, 0.2, 0.5)),
        spaced=random.random() < 0.2,
        half=random.random() < 0.12,
        signed=random.choice(("", "", "", "above", "closing", "run")),
        stamped=random.choice((0.0, 0.0, 0.0, 1.0)),
        opening=random.choice(OPENINGS) if random.random() < 0.25 else "",
        kicker=random.choice((0.0, 0.0, 0.0, 0.3, 0.9)),
        subtitle=random.choice((0.0, 0.0, 0.0, 0.3, 0.6)),
        subheads=random.choice((0.0, 0.0, 0.0, 0.5, 0.9)),
        numbered=random.choice(NUMBERED) if random.random() < 0.4 else "",
        captions=random.choice((0.0, 0.0, 0.1, 0.3, 0.5)),
        parted=random.choice((0.0, 0.0, 0.3)),
        capitals=random.random() < 0.3,
    )
    if habit.marks == "#" and habit.signed in ("", "above") and random.random() < 0.8:
        habit.levels = random.choice(((1,), (2,), (3,)))  # without bylines only the marks show what a heading is
        habit.signed = random.choice(("", habit.signed))
    if habit.subheads and not habit.numbered and habit.marks != "#" and random.random() < 0.5:
        habit.numbered = random.choice(NUMBERED)
    habit.short = random.choice((0.0, 0.0, 0.0, 0.3, 1.0))
    if habit.marks in SIGNS and random.random() < 0.4:
        habit.old, habit.gap, habit.above, habit.below = True, 0, random.choice((0, 0, 1)), 0
    habit.subhead_gap = random.choice((habit.gap, habit.gap, habit.above, 1))
    habit.levels = random.choice(((1,), (2,), (3,), (1, 2, 3, 4), (1, 2, 0), (2, 3), (1, 0)))
    habit.deeper = random.choice((1.0, 0.7, 0.0))
    habit.leads, habit.doubled, habit.pictures = (
        random.choice((0.0, 0.0, 0.0, 0.5)),
        random.choice((0.0, 0.5, 0.9)),
        random.choice((0.0, 0.0, 0.1)),
    )
    return habit


def outline(random: Random, texts: Texts) -> LabelledPage:
    """Return a Markdown page of one text: a title, and headings of deeper levels with text, items or nothing below them."""
    setter = Setter(random, texts, Habits(marks="#", gap=random.choice((0, 1, 1)), above=1, below=random.choice((0, 1))))
    setter.page.markdown = True
    kind = random.choice(("report", "report", "english", "notice"))
    top = random.choice((1, 1, 1, 2))
    if top:
        setter.headline(texts.story(random, kind).title, "title", top, 0)
    level = top + 1
    for _ in range(random.randint(1, 7)):
        story = texts.story(random, kind)
        if random.random() < 0.85:
            setter.headline(
                random.choice([story.title, *(section.subhead for section in story.sections if section.subhead)]), "subhead", level, 1
            )
            level = max(top + 1, min(6, level + random.choice((-1, 0, 0, 0, 1))))
        for paragraph in random.choice(story.sections).paragraphs[: random.randint(0, 3)]:
            setter.paragraph(random.choice(("", "", "- ")) + paragraph, setter.habits.gap)
    return setter.page


FORMS = ("news",) * 6 + ("briefs", "briefs", "mixed", "mixed", "report", "report", "notice", "letter", "english", "small", "small")
MOST_ARTICLES = {"news": 6, "briefs": 9, "mixed": 5, "small": 3}


def page(random: Random, texts: Texts) -> LabelledPage:
    """Return a page of one publication: several articles, briefs, one long text, a notice or letters, or hardly anything."""
    if random.random() < 0.05:
        return outline(random, texts)
    setter = Setter(random, texts, habits(random))
    habit, form = setter.habits, random.choice(FORMS)
    if form == "small":
        habit.short, habit.broken = 0.7, 0.0
    elif random.random() < 0.15:
        setter.paragraph(random.choice(texts.paragraphs), 0)  # the end of an article of the page before
    _open(setter, form)
    if form == "briefs" or (form == "mixed" and random.random() < 0.8):
        habit.subheads = 0.0
    for i in range(random.randint(4 if form == "briefs" else 1, MOST_ARTICLES.get(form, 3))):
        kind = {"briefs": "news", "small": random.choice(("news", "notice", "report", "letter"))}.get(form, form)
        kind = random.choice(("news", "notice", "letter", "mixed")) if random.random() < 0.15 and form != "english" else kind
        story = texts.story(random, kind)
        if form in ("briefs", "small"):
            most = 1 if form == "briefs" else random.choice((0, 1, 1, 1, 2))
            sections = [Section(section.subhead, section.paragraphs[:most]) for section in story.sections[: 1 if form == "briefs" else 3]]
            story = Story(story.kind, story.title, sections, story.kicker, story.subtitle)
        level = random.choice(habit.levels)
        if i and random.random() < 0.06:
            setter.section(max(0, level - 1) if random.random() < 0.5 else 0)
        setter.article(story, level)
    _close(setter)
    return setter.page


def _open(setter: Setter, form: str) -> None:
    """Set what is above the first article of a page, if anything is."""
    random, habit = setter.random, setter.habits
    strongest = min(habit.levels)
    covered = habit.marks == "#" and habit.signed and strongest > 1 and random.random() < 0.4  # a section with marks above all titles
    if covered:
        habit.leads = 0.7
    if covered or random.random() < 0.22 or (form == "briefs" and random.random() < 0.5):
        setter.section(strongest - 1 if covered else 0)


def _close(setter: Setter) -> None:
    """Set what is below the last article of a page: who made it and where it comes from, or a picture with its text."""
    random, habit = setter.random, setter.habits
    if random.random() < 0.15:
        for _ in range(random.choice((1, 1, 2, 3))):
            setter.put(setter.fill(random.choice(FOOTS)), "section", random.choice((0, habit.gap, 2)))
    if setter.chance(habit.pictures) and habit.signed in ("closing", "run"):
        setter.paragraph(random.choice(setter.texts.paragraphs)[:200].rsplit("，", 1)[0] + "。", random.choice((habit.above, 4)))
        setter.sign(Story("news", "", []))
