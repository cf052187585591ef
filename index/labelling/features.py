"""Features of a candidate: names of what is seen on it and around it, as the model that labels lines weighs them.

    Surroundings ──features──▶ "14 to 18 characters", "ends with ？", "a byline is below", "its words occur below", …

A feature is true or not there; numbers are sorted into classes. All of them can be read off a page by eye.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import add

from index.labelling.candidates import DOCUMENT, NUMBER, Habits, Surroundings, setting
from index.labelling.subjects import Subjects, subjects
from index.layout.heading_words import (
    BARE_PLACE,
    BYLINE_ROLE,
    DASHED,
    ISSUER,
    NO_BEGINNING,
    NOTICE,
    PARAGRAPH_OPENING,
    PREFIX,
    QUOTED,
    SENTENCE_WORDS,
    SIGN,
    SLOGAN,
    UNENDING,
    has_word_across,
)
from index.layout.line_shapes import CREDIT
from index.text.dates import DATE, STAMP
from index.text.document_numbers import is_document_number
from index.text.punctuation import HAN, cell_width, ends_sentence, is_balanced
from index.text.trigrams import join_scores

LENGTHS = (5, 8, 11, 14, 18, 22, 27, 33, 41, 56)  # characters; each class ends before the next number
SIZES = (1, 40, 120, 300, 700)  # characters of text between two lines that look like headings
SHARES = (0.001, 0.15, 0.3, 0.5, 0.7)  # of the pairs of characters of a line that occur in a text
NATS = (-6.0, -3.0, -1.0, 1.0, 3.0, 6.0)  # of a join: continuation against an ending and a beginning
LOST = -2.5  # nats; lowest score of an ending or a beginning
COSINES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
DIFFERENCES = (-0.3, -0.2, -0.1, -0.05, 0.0, 0.05, 0.1, 0.2, 0.3)  # of two cosines
NUMBERED = (
    ("一、", re.compile("[一二三四五六七八九十]{1,3}、")),
    ("（一）", re.compile("[(（][一二三四五六七八九十]{1,3}[)）]")),
    ("第一", re.compile("第[一二三四五六七八九十百\\d]{1,4}[条章节款部篇]")),
    ("1.", re.compile(r"\d{1,2}[.．、]|[(（]\d{1,2}[)）]|\d{1,2}[)）]")),
    ("01", re.compile(r"\d{1,2}(?=\s|[\u4e00-\u9fff]{4})")),
)
ADOPTED = re.compile(r"(?:通过|修正|修订|批准|公布|发布|施行)[)）]?$")
WORD = re.compile(r"[A-Za-z]{4,}")
OF_CREDITS = ("摄", "供图", "图", "资料")  # one of these is in every credit: a quick first check
DATELINE = re.compile(r"本报|[（(]?(?:本报|记者|通讯员)|新华社|[\u4e00-\u9fff]{2,8}\d{1,2}月\d{1,2}日[电讯]|[A-Z][A-Z .]{2,30}[,(—-]")
CAPTION_WORDS = re.compile(r"^(?:图为|图[：:一二三四\d]|上图|下图|左图|右图|[▲△↑↓←→])")
TITLE_VERBS = re.compile(r"发布|召开|举行|启动|印发|推进|开展|关于|出台|上线|开通|新增|建成|获|助|让|如何|怎样|为何")
OUTER = "“”\"'‘’《》【】（）() 　"


def page_features(around: Sequence[Surroundings], habits: Habits) -> list[list[str]]:
    """Return the features of each candidate of a page."""
    if not around:
        return []
    compared = subjects(around)
    above, below = _joins(around)
    return [
        [
            *_of_page(habits, len(around)),
            *_of_text(one.line.text, one.line.kind),
            *_of_layout(one, habits),
            *_of_habits(one, habits, i),
            *_of_neighbours(one, habits),
            *_of_words(one),
            *_of_subject(one, compared[i]),
            *_of_joins(above.get(i), below.get(i)),
        ]
        for i, one in enumerate(around)
    ]


def _of_page(habits: Habits, candidates: int) -> Iterator[str]:
    yield "always"
    yield "page wraps its lines" if habits.fills else "page has whole lines"
    yield f"page: text per heading {bisect_right(SIZES, habits.section_size)}"
    if habits.strongest_level:
        yield "page has marks"
    if habits.signed_levels:
        yield "page has marks above bylines"
    if candidates == 1:
        yield "the only candidate"


@lru_cache(maxsize=1024)  # doubts ask again, and crowded pages repeat their lines
def _of_text(text: str, kind: str) -> tuple[str, ...]:
    """Return what a line shows by itself."""
    return (f"kind {kind}", *_shown_by(text))


def _shown_by(text: str) -> Iterator[str]:
    is_chinese = bool(HAN.search(text))
    yield f"length {bisect_right(LENGTHS, len(text) if is_chinese else cell_width(text) // 2)}"
    if not is_chinese:
        yield "no Chinese character"
        words = text.split()
        if text.upper() == text:
            yield "capitals"
        elif words and sum(word[0].isupper() for word in words) * 2 > len(words):
            yield "words with capitals"
        if text[0].islower():
            yield "begins in lower case"
    last = text.rstrip(OUTER)[-1:] or text[-1]
    yield f"ends with {last}" if last in "？?！!。.…，,：" else "ends with a word"
    if text[-1] in OUTER:
        yield f"last character {text[-1]}"
    if text[0] in OUTER:
        yield f"first character {text[0]}"
    if text[0] in "【［[" and text[-1] in "】］]":
        yield "in brackets"
    if not is_balanced(text):
        yield "half a quote or bracket"
    for name, pattern in NUMBERED:
        if pattern.match(text):
            yield f"numbered {name}"
            break
    for name, holds in (
        ("sign before it", SIGN.match(text)),
        ("dash before it", DASHED.match(text)),
        ("dash inside", "——" in text[1:]),
        ("slogan", SLOGAN.search(text)),
        ("place and colon", PREFIX.match(text)),
        ("colon inside", re.search("[：:]", text[1:-1])),
        ("bar inside", re.search("[|｜丨]", text)),
        ("name of a place alone", BARE_PLACE.fullmatch(text)),
        ("name of an office alone", ISSUER.fullmatch(text)),
        ("notice", NOTICE.search(text)),
        ("number of a document", is_document_number(text)),
        ("date alone", DATE.fullmatch(text.strip("()（）")) or STAMP.fullmatch(text.strip("()（）"))),
        ("date inside", DATE.search(text) or STAMP.search(text)),
        ("role of an author", BYLINE_ROLE.search(text)),
        ("credit", any(word in text for word in OF_CREDITS) and CREDIT.search(text)),
        ("caption words", CAPTION_WORDS.search(text)),
        ("opening of a paragraph", PARAGRAPH_OPENING.match(text)),
        ("dateline", DATELINE.match(text)),
        ("last word needs another", text.endswith(UNENDING)),
        ("words of sentences", SENTENCE_WORDS.search(QUOTED.sub("", text))),
        ("words of titles", TITLE_VERBS.search(text)),
        ("cannot begin a text", text[0] in NO_BEGINNING),
        ("sentence inside", re.search(r"[。！？!?；;].*[\u4e00-\u9fffA-Za-z]{2}", text)),
        ("name of a document", DOCUMENT.search(text[-8:])),
        ("adoption of a law", ADOPTED.search(text)),
        ("letters alone", not HAN.search(text) and not re.search("[A-Za-z]", text)),
    ):
        if holds:
            yield name
    clauses = re.split("[，,]", text.rstrip("，,"))
    if len(clauses) > 1:
        yield f"{min(len(clauses), 4)} clauses"
        if len(clauses) == 2 and len(clauses[0]) == len(clauses[1]):
            yield "two equal clauses"


def _of_layout(one: Surroundings, habits: Habits) -> Iterator[str]:
    """Yield how the line is set: marks, blank lines, indents, its place on the page."""
    line, below = one.line, one.below
    if line.level:
        yield "marks"
        yield "strongest marks" if line.level == habits.strongest_level else "weaker marks"
        if len(habits.levels) == 1:
            yield "one kind of marks on the page"
        if line.level in habits.signed_levels:
            yield "marks as above bylines"
        yield "marks of the first heading" if line.level == habits.first_level else "other marks than the first heading"
    elif habits.strongest_level:
        yield "no marks on a page with marks"
    gap_below = below.gap if below else 3
    yield f"gap above {min(line.gap, 3)}"
    yield f"gap below {min(gap_below, 3)}"
    yield f"gap above {_compared(line.gap, habits.gap)} usual"
    yield f"gap below {_compared(gap_below, habits.gap)} usual"
    yield f"gap above {_compared(line.gap, gap_below)} gap below"
    if line.gap and line.gap == habits.widest_gap > habits.gap:
        yield "widest gap of the page above"
    yield f"indent {_compared(line.indent, habits.indent)} usual"
    if below:
        yield f"indent {_compared(line.indent, below.indent)} below"
    if line.indent >= 8:
        yield "far indent"
    if one.position == 0:
        yield "first line"
    elif one.position == 1:
        yield "second line"
    if one.above is None:
        yield "nothing above"
    if below is None:
        yield "nothing below"
    if habits.fills and habits.fills(line):
        yield "full line"
    yield f"text since {_since(one)}"
    yield f"text until {_until(one)}"


def _since(one: Surroundings) -> str:
    return str(bisect_right(SIZES, one.since)) if one.since >= 0 else "top"


def _until(one: Surroundings) -> str:
    return str(bisect_right(SIZES, one.until)) if one.until >= 0 else "end"


def _of_habits(one: Surroundings, habits: Habits, i: int) -> Iterator[str]:
    """Yield how the line goes with the other lines of the page that look like headings."""
    line, gap_below = one.line, one.below.gap if one.below else 3
    yield f"set {_compared(line.gap, habits.gap)}, {_compared(gap_below, habits.gap)}, {_compared(line.indent, habits.indent)}"
    if one.is_credited:
        yield "credited"
    if habits.signed and line.kind != "byline":
        yield f"{'leads to' if one.is_signed else 'without'} a byline on a page with {min(habits.signed, 3)} bylines"
    if habits.closed:
        closed = one.above is not None and one.above.kind == "closing"
        yield f"{'below' if closed else 'without'} a closing byline on a page with such"
    if not one.is_alone:
        return
    yield "looks like a heading"
    if habits.signed:
        yield f"heading {'above' if one.is_signed else 'without'} a byline on a page with {min(habits.signed, 3)}"
    if habits.closed:
        yield f"heading {'below' if closed else 'without'} a closing byline"
    numbered = bool(NUMBER.match(line.text))
    yield "as set as the first heading" if setting(one) == habits.first else "not as set as the first heading"
    yield "as set as most headings" if setting(one) == habits.most else "not as set as most headings"
    yield f"text around {_since(one)}, {_until(one)}"
    if habits.numbered:
        yield "numbered heading" if numbered else "heading without number on a page with numbered ones"
        yield f"heading {'with' if numbered else 'without'} number after one {'with' if habits.number_before[i] else 'without'}"
        yield f"heading {'with' if numbered else 'without'} number before one {'with' if habits.number_after[i] else 'without'}"
    if numbered and line.text.lstrip("（(第0").startswith(("一", "1")):
        yield "the first of numbered headings"


def _compared(number: int, usual: int) -> str:
    return "as" if number == usual else "over" if number > usual else "under"


def _of_neighbours(one: Surroundings, habits: Habits) -> Iterator[str]:
    """Yield what the lines above and below show."""
    line, above, below = one.line, one.above, one.below
    if above is not None:
        yield f"above is {above.kind}{' with marks' if above.level else ''}"
        yield f"above length {bisect_right(LENGTHS, len(above.text))}"
        ended = ends_sentence(above.text)
        yield "sentence ends above" if ended else "no sentence ends above"
        if not ended and habits.fills and habits.fills(above):
            yield "unfinished full line above"
        if above.text[-1] in "，、,：:":
            yield f"above ends with {above.text[-1]}"
        if not ended and line.is_chinese and not line.level and not above.level and has_word_across(above.text, line.text):
            yield "word across the join above"
        if above.level and line.level:
            yield f"marks {_compared(line.level, above.level)} above"
    if below is not None:
        yield f"below is {below.kind}{' with marks' if below.level else ''}"
        yield f"below length {bisect_right(LENGTHS, len(below.text))}"
        yield "sentence ends below" if ends_sentence(below.text) else "no sentence ends below"
        for name, holds in (
            ("paragraph opens below", PARAGRAPH_OPENING.match(below.text)),
            ("dateline below", DATELINE.match(below.text)),
            ("date alone below", STAMP.fullmatch(below.text.strip("()（）")) or DATE.fullmatch(below.text.strip("()（）"))),
            ("below cannot begin a text", below.text[0] in NO_BEGINNING),
            ("number below", NUMBER.match(below.text)),
            ("dash below", DASHED.match(below.text)),
            ("credit below", len(below.text) < 60 and any(word in below.text for word in OF_CREDITS) and CREDIT.search(below.text)),
            ("full line below", habits.fills and habits.fills(below)),
            ("paragraph ends below", len(below.text) > 60 and ends_sentence(below.text)),
        ):
            if holds:
                yield name
        if line.is_chinese and below.gap < 2 and not (line.level or below.level) and has_word_across(line.text, below.text):
            yield "word across the join below"
        if below.level and line.level:
            yield f"marks {_compared(line.level, below.level)} below"
        if one.further is not None and one.further.kind == "byline":
            yield "byline below the next"


def _of_words(one: Surroundings) -> Iterator[str]:
    """Yield how much the line shares with the text below and above it, and these with each other (lexical cohesion; Hearst 1997)."""
    pairs = _pairs(one.line.text)
    if len(pairs) < 2:
        return
    above, below = _pairs(one.text_above), _pairs(one.text_below)
    share_below, share_above = len(pairs & below) / len(pairs), len(pairs & above) / len(pairs)
    yield f"words below {bisect_right(SHARES, share_below)}"
    yield f"words above {bisect_right(SHARES, share_above)}"
    if above and below:
        yield f"words more below than above {bisect_right((-0.3, -0.1, -0.001, 0.001, 0.1, 0.3), share_below - share_above)}"
        common = len((above & below) - pairs) / (min(len(above), len(below)) ** 0.5 + 1)
        yield f"text above and below {bisect_right((0.1, 0.3, 0.6, 1.0, 1.6), common)}"
    first = _pairs(one.text_below[:40])
    yield f"words in the first sentence below {bisect_right(SHARES, len(pairs & first) / len(pairs))}"


def _of_subject(one: Surroundings, compared: Subjects | None) -> Iterator[str]:
    """Yield whether the text below speaks of what the line says, and whether the subject changes there, by static vectors."""
    if compared is None:
        return
    yield f"subject below {bisect_right(COSINES, compared.below)}"
    if one.text_above:
        yield f"subject above {bisect_right(COSINES, compared.above)}"
        yield f"subject more below than above {bisect_right(DIFFERENCES, compared.below - compared.above)}"
        yield f"subject above and below {bisect_right(COSINES, compared.change)}"
        yield f"subject above and below against usual {bisect_right(DIFFERENCES, compared.change - compared.usual_change)}"
        yield f"subject usually {bisect_right(COSINES, compared.usual_change)}"


@lru_cache(maxsize=256)  # the text below a candidate is the text above the next one
def _pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of *text*; of a text in a Latin script its longer words."""
    if text.isascii():
        return frozenset(map(str.lower, WORD.findall(text)))
    return frozenset(map(add, text, text[1:]))


def _joins(around: Sequence[Surroundings]) -> tuple[dict[int, float], dict[int, float]]:
    """Return by candidate how well it continues the line above, and how well the line below continues it, in nats.

    Lines with marks continue nothing, and nothing continues a finished sentence.
    """
    open_ = [i for i, one in enumerate(around) if not one.line.level and one.line.is_chinese]
    above = [i for i in open_ if (upper := around[i].above) is not None and not ends_sentence(upper.text)]
    below = [i for i in open_ if around[i].below is not None]
    pairs = [(around[i].above, around[i].line) for i in above] + [(around[i].line, around[i].below) for i in below]
    texts = [(upper.text, lower.text) for upper, lower in pairs if upper is not None and lower is not None]
    scores = join_scores([upper for upper, _ in texts], [lower for _, lower in texts]).T.tolist() if texts else []
    nats = [continuation - max(ending, LOST) - max(beginning, LOST) for continuation, ending, beginning in scores]
    return dict(zip(above, nats, strict=False)), dict(zip(below, nats[len(above) :], strict=True))


def _of_joins(above: float | None, below: float | None) -> Iterator[str]:
    """Yield how well the line continues the line above and is continued by the line below (see `index/text/trigrams.py`)."""
    if above is not None:
        yield f"join above {bisect_right(NATS, above)}"
    if below is not None:
        yield f"join below {bisect_right(NATS, below)}"
