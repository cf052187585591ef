"""Titled texts of the corpora, to be set on pages: news, notices, letters, reports with their subheads, English manuals.

    corpora/text, corpora/pairs ──stories──▶ Story: title, kicker, subtitle, authors, sections of paragraphs

A checksum holds a tenth of the texts out, as in all of this room: pages of the benchmarks are made of that tenth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path
from random import Random

from index.training import data

TITLE = re.compile(r"[^。；\n]{5,75}")
PARAGRAPH = re.compile(r".{24,600}[。！？!?…][”’」』）\")]*$|.{10,600}[。！？]$")
ITEM_LEAD = re.compile(
    r"[（(][一二三四五六七八九十]{1,2}[）)]([^。，；：]{4,20})。(.{30,600})$"
)  # `（一）强化组织领导。…`: a subhead in its paragraph
WORDS_OF_FOUR = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff]{4})、([\u4e00-\u9fff]{4})(?=[、，。的])")
OPENING = re.compile(
    r"^(?:近日|今年以来|同时|此外|目前|据了解|而|并|也|还|但|其中|为此|通过|如今)(?=...)"
)  # words that a heading leaves out
NEWS, PARTY, FINANCE, LETTERS = "text/xwlb_news", "text/party_building_articles", "text/finna_news", "text/petition_messages"
OFFICIAL = ("text/city_policy_docs", "text/gov_docs_shenlun", "text/gz_policy_docs")
SECTIONS = ("pairs/gov_work_reports_2026_section", "pairs/ms_teams_title_body_zh", "pairs/ms_partner_title_body_zh")
ENGLISH = ("pairs/ms_alchemy_title_body_en", "pairs/ms_partner_title_body_en", "pairs/ms_mr_title_body_en")
MOST_ROWS = 40_000  # rows of a corpus that are read: enough for any number of pages
MOST_PARAGRAPHS = 8  # of a story
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻水窦章云苏潘葛范彭郎鲁韦马苗方俞任袁柳史唐罗薛雷"
    "贺倪汤殷毕郝邬安常傅顾孟黄穆萧尹姚邵汪毛"
)
GIVEN = (
    "一丁万丰丹书云亚仁佳俊健光兰军冬冰凡凤刚利勇北华卫博卿双可启和国坚天太奇如妍娟婉宁安宏宝家小少尚山岚峰川巧平庆康弘彬彤志"
    "忠怀恒恩悦惠成承敏文斌新方旭明星春昊晓晨智曼月朝本杉松林柏桂梅森楠正武民永江汉沛河泽洁洋津洪浩海涛淑清源潇然玉玲珍琳瑞瑾"
    "甜盛真石秋科立竹童笑管素红纯维绍美翔耀胜舒良艺若英茂莉菁萍蓉薇虹蕾诗诚谦贵跃超越辉达远迪通道邦金钢铁锋锐长阳雄雅雨雪雯青"
    "静韵顺颖风飞馨高鸣麟"
)


@dataclass(slots=True)
class Section:
    """Paragraphs below a subhead; the first section of a story has none."""

    subhead: str
    paragraphs: list[str]


@dataclass(slots=True)
class Story:
    """A text as its author wrote it, before it is set on a page. *kind*: news, notice, letter, report or english."""

    kind: str
    title: str
    sections: list[Section]
    kicker: str = ""
    subtitle: str = ""
    authors: list[str] = field(default_factory=list)


class Texts:
    """All stories of the corpora by kind, and single paragraphs, titles and slogans; each draw depends on *random* only."""

    def __init__(self, corpora: Path) -> None:
        self.stories = {"news": [*_news(corpora)], "notice": [*_official(corpora)], "letter": [*_letters(corpora)]}
        self.stories["report"] = [*_reports(corpora)]
        self.stories["english"] = [*_english(corpora)]
        chinese = [story for kind in ("news", "notice", "letter") for story in self.stories[kind]]
        self.paragraphs = [paragraph for story in chinese for section in story.sections for paragraph in section.paragraphs]
        self.titles = [story.title for story in self.stories["news"]]
        self.slogans = sorted({f"{a} {b}" for paragraph in self.paragraphs for a, b in WORDS_OF_FOUR.findall(paragraph)})
        reports = [story for story in self.stories["report"] if "Teams" not in story.title and len(story.title) < 24]
        self.subheads = [section.subhead for story in reports for section in story.sections if section.subhead]
        self.subheads += [match[1] for paragraph in self.paragraphs if (match := ITEM_LEAD.match(paragraph))]

    def story(self, random: Random, kind: str) -> Story:
        """Return a story of *kind*, or one whose paragraphs have nothing to do with each other (`mixed`)."""
        if kind == "mixed":
            texts = [random.choice(self.paragraphs) for _ in range(random.randint(1, MOST_PARAGRAPHS))]
            title = random.choice(self.titles) if random.random() < 0.6 else self.headline(random)
            return Story("news", title, [Section("", texts)], kicker=self.headline(random), subtitle=self.headline(random))
        chosen = random.choice(self.stories[kind])
        sections = [Section(section.subhead, section.paragraphs[:MOST_PARAGRAPHS]) for section in chosen.sections]
        own = [text for section in sections for text in section.paragraphs]
        title = self.feature_title(random, chosen.title, own) if kind == "news" else chosen.title
        kicker, subtitle = (clause(random, own) if random.random() < 0.6 else self.headline(random) for _ in range(2))
        return Story(kind, title, sections, kicker=kicker, subtitle=subtitle)

    def feature_title(self, random: Random, title: str, own: Sequence[str]) -> str:
        """Return the title of a story as it is, or as features are titled: from its text (*own*), with a slogan, a blank, a question."""
        draw = random.random()
        if draw < 0.5:
            return title
        short = re.split("[，：！？ ]", title)[0] or title
        first, second = (clause(random, own) if random.random() < 0.7 else self.subheading(random) for _ in range(2))
        if draw < 0.56:
            return random.choice(self.slogans).split(" ")[0]
        if draw < 0.64:
            return first
        if draw < 0.75:
            return random.choice((f"{short} {second}", f"{first} {second}", f"{first} {short}"))
        if draw < 0.85:
            return f"{random.choice((first, short))}{random.choice('：！？，')}{second}"
        if draw < 0.9:
            return random.choice(("如何{}？", "{}，怎么办？", "让{}", "为什么{}？", "{}之后", "{}记", "把{}", "{}的背后")).format(first)
        return self.subheading(random)

    def subheading(self, random: Random) -> str:
        """Return a subhead: a slogan, a subhead of a report, or both."""
        draw = random.random()
        return random.choice(self.slogans if draw < 0.35 else self.subheads)

    def headline(self, random: Random) -> str:
        """Return a short heading: a slogan, a subhead of a report, the title of another story or a part of one."""
        draw = random.random()
        if draw < 0.3:
            return random.choice(self.slogans)
        if draw < 0.7:
            return random.choice(self.subheads)
        title = random.choice(self.titles)
        return title if draw < 0.85 else re.split("[，：！？ ]", title)[0] or title


def clause(random: Random, paragraphs: Sequence[str]) -> str:
    """Return a clause of *paragraphs*, as headings take the words of their text."""
    clauses = [part for text in paragraphs for part in re.split("[，。；！？：、]", text) if 5 <= len(part) <= 18]
    return OPENING.sub("", random.choice(clauses)) if clauses else paragraphs[0][:14]


def name(random: Random) -> str:
    """Return the name of a person."""
    return random.choice(SURNAMES) + "".join(random.choice(GIVEN) for _ in range(random.choice((1, 2, 2))))


def _news(corpora: Path) -> Iterator[Story]:
    for row in _rows(corpora, NEWS):
        paragraphs = _paragraphs(row["text"].split("\n"))
        if paragraphs and not data.held_out(row["text"]) and TITLE.fullmatch(row["title"] or ""):
            yield Story("news", row["title"], [Section("", paragraphs)])
    for corpus in (PARTY, FINANCE):
        for title, texts in _grouped(corpora, corpus):
            yield Story("news", title, [Section("", texts)])


def _official(corpora: Path) -> Iterator[Story]:
    for corpus in OFFICIAL:
        for title, texts in _grouped(corpora, corpus):
            for start in range(0, len(texts), MOST_PARAGRAPHS):
                yield Story("notice", title, [Section("", texts[start : start + MOST_PARAGRAPHS])])


def _letters(corpora: Path) -> Iterator[Story]:
    for title, texts in _grouped(corpora, LETTERS):
        yield Story("letter", title.removeprefix("答复："), [Section("", texts)])


def _reports(corpora: Path) -> Iterator[Story]:
    """Yield runs of sections, each with its own subhead; the first subhead of a run is its title."""
    for corpus in SECTIONS:
        sections = [Section(title, texts) for title, texts in _grouped(corpora, corpus, "a", "b") if len(title) <= 30]
        for start in range(0, len(sections) - 5, 5):
            first, *others = sections[start : start + 5]
            yield Story("report", first.subhead, [Section("", first.paragraphs), *others])


def _english(corpora: Path) -> Iterator[Story]:
    for corpus in ENGLISH:
        for title, texts in _grouped(corpora, corpus, "a", "b"):
            if len(title.split()) <= 12:
                yield Story("english", title, [Section("", texts)])


def _grouped(corpora: Path, corpus: str, title: str = "title", text: str = "text") -> Iterator[tuple[str, list[str]]]:
    """Yield the title and the paragraphs of each run of rows with one title."""
    for heading, rows in groupby(_rows(corpora, corpus), key=lambda row: str(row[title] or "").strip()):
        texts = [line for row in rows for line in row[text].split("\n") if not data.held_out(row[text])]
        paragraphs = [paragraph for paragraph in (line.strip() for line in texts) if 10 <= len(paragraph) <= 600]
        if paragraphs and not data.held_out(heading) and TITLE.fullmatch(heading):
            yield heading, paragraphs


def _rows(corpora: Path, corpus: str) -> Iterator[dict[str, str]]:
    return islice(data.rows(corpora / f"{corpus}.jsonl.gz"), MOST_ROWS)


def _paragraphs(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if PARAGRAPH.fullmatch(line.strip())]
