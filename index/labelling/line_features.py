"""Features of a line alone: its length, how it begins and ends, marks and words that headings, bylines, captions or sentences have.

    text ──▶ "length 4", "ends with ？", "slogan", "words of sentences", …

Most lines have few of these features, so cheap checks of single characters come before the patterns.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from index.labelling.candidates import DOCUMENT_ENDS, NUMBER
from index.layout.heading_words import (
    BARE_PLACE,
    BYLINE_ROLE,
    DASHED,
    ISSUER,
    NO_BEGINNING,
    NOTICE,
    OF_SENTENCE_WORDS,
    PARAGRAPH_OPENING,
    PREFIX,
    QUOTED,
    SENTENCE_WORDS,
    SIGN,
    SLOGAN,
    UNENDING,
)
from index.layout.line_shapes import CREDIT
from index.text.dates import DATE, STAMP
from index.text.document_numbers import is_document_number
from index.text.punctuation import HAN, cell_width, ends_sentence, is_balanced

LENGTHS = (5, 8, 11, 14, 18, 22, 27, 33, 41, 56)  # characters; each class ends before the next number
NUMBERED = (
    ("一、", re.compile("[一二三四五六七八九十]{1,3}、")),
    ("（一）", re.compile("[(（][一二三四五六七八九十]{1,3}[)）]")),
    ("第一", re.compile("第[一二三四五六七八九十百\\d]{1,4}[条章节款部篇]")),
    ("1.", re.compile(r"\d{1,2}[.．、]|[(（]\d{1,2}[)）]|\d{1,2}[)）]")),
    ("01", re.compile(r"\d{1,2}(?=\s|[\u4e00-\u9fff]{4})")),
)
OF_NUMBERS = "一二三四五六七八九十(（第"
ADOPTED = re.compile(r"(?:通过|修正|修订|批准|公布|发布|施行)[)）]?$")
OF_CREDITS = ("摄", "供图", "图", "资料")  # one of these is in every credit: a quick first check
DATELINE = re.compile(r"本报|[（(]?(?:本报|记者|通讯员)|新华社|[\u4e00-\u9fff]{2,8}\d{1,2}月\d{1,2}日[电讯]|[A-Z][A-Z .]{2,30}[,(—-]")
CAPTION_WORDS = re.compile(r"(?:图为|图[：:一二三四\d]|上图|下图|左图|右图|[▲△↑↓←→])")
TITLE_VERBS = re.compile(r"发布|召开|举行|启动|印发|推进|开展|关于|出台|上线|开通|新增|建成|获|助|让|如何|怎样|为何")
INNER_END = re.compile(r"[。！？!?；;].*[\u4e00-\u9fffA-Za-z]{2}")
DIGIT, LETTER, COMMA = re.compile(r"\d"), re.compile("[A-Za-z]"), re.compile("[，,]")
LONGEST_NAME = 20  # characters of a name that the patterns of places and offices match
LONGEST_DATE = 60  # characters
OUTER = "“”\"'‘’《》【】（）() 　"


@lru_cache(maxsize=1024)  # doubts ask again, and crowded pages repeat their lines
def of_line(text: str, kind: str) -> tuple[str, ...]:
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
    if text[0] in OF_NUMBERS or text[0].isdecimal():
        yield from islice((f"numbered {name}" for name, pattern in NUMBERED if pattern.match(text)), 1)
    for name, holds in (
        ("sign before it", SIGN.match(text)),
        ("dash before it", DASHED.match(text)),
        ("dash inside", "——" in text[1:]),
        ("slogan", (" " in text or "\u3000" in text) and SLOGAN.search(text)),
        ("place and colon", PREFIX.match(text)),
        ("colon inside", "：" in text[1:-1] or ":" in text[1:-1]),
        ("bar inside", "|" in text or "｜" in text or "丨" in text),
        ("name of a place alone", len(text) <= LONGEST_NAME and BARE_PLACE.fullmatch(text)),
        ("name of an office alone", len(text) <= LONGEST_NAME and ISSUER.fullmatch(text)),
        ("notice", NOTICE.search(text[-3:])),
        ("number of a document", "号" in text and is_document_number(text)),
        ("role of an author", BYLINE_ROLE.search(text)),
        ("credit", any(word in text for word in OF_CREDITS) and CREDIT.search(text)),
        ("caption words", CAPTION_WORDS.match(text)),
        ("opening of a paragraph", PARAGRAPH_OPENING.match(text)),
        ("dateline", DATELINE.match(text)),
        ("last word needs another", text.endswith(UNENDING)),
        ("words of sentences", OF_SENTENCE_WORDS.search(text) and SENTENCE_WORDS.search(QUOTED.sub("", text))),
        ("words of titles", TITLE_VERBS.search(text)),
        ("cannot begin a text", text[0] in NO_BEGINNING),
        ("sentence inside", INNER_END.search(text)),
        ("name of a document", text.endswith(DOCUMENT_ENDS)),
        ("adoption of a law", ADOPTED.search(text[-3:])),
        ("letters alone", not (is_chinese or LETTER.search(text))),
    ):
        if holds:
            yield name
    yield from _of_dates(text)
    yield from _of_clauses(text)


def _of_dates(text: str) -> Iterator[str]:
    if ("年" in text or DIGIT.search(text)) and (DATE.search(text) or STAMP.search(text)):
        yield "date inside"
        if is_date(text):
            yield "date alone"


def _of_clauses(text: str) -> Iterator[str]:
    if "，" not in text and "," not in text:
        return
    clauses = COMMA.split(text.rstrip("，,"))
    if len(clauses) > 1:
        yield f"{min(len(clauses), 4)} clauses"
        if len(clauses) == 2 and len(clauses[0]) == len(clauses[1]):
            yield "two equal clauses"


def is_date(text: str) -> bool:
    """Whether a line is a date and nothing else, perhaps in brackets."""
    bare = text.strip("()（）")
    return bool(DATE.fullmatch(bare) or STAMP.fullmatch(bare))


@lru_cache(maxsize=1024)
def of_line_below(text: str) -> tuple[str, ...]:
    """Return what the line below a candidate shows by itself."""
    ended = ends_sentence(text)
    signs = (
        (f"below length {bisect_right(LENGTHS, len(text))}", True),
        ("sentence ends below" if ended else "no sentence ends below", True),
        ("paragraph opens below", PARAGRAPH_OPENING.match(text)),
        ("dateline below", DATELINE.match(text)),
        ("date alone below", len(text) <= LONGEST_DATE and is_date(text)),
        ("below cannot begin a text", text[0] in NO_BEGINNING),
        ("number below", NUMBER.match(text)),
        ("dash below", DASHED.match(text)),
        ("credit below", len(text) < 60 and any(word in text for word in OF_CREDITS) and CREDIT.search(text)),
        ("paragraph ends below", len(text) > 60 and ended),
    )
    return tuple(name for name, holds in signs if holds)
