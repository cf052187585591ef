"""What closes the text of an official document: signature, day, notes, those who get copies; each is a line of its own.

…请认真贯彻执行。
青石县人民政府                       signed: the offices above the day, and the day
2024年3月5日
（此件公开发布）                      a note
抄送：县委办公室，县人大办公室，县      copies, perhaps over several lines, which are one paragraph
政协办公室。
青石县人民政府办公室 2024年3月6日印发
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.layout.lines import Line
from index.text.dates import dates
from index.text.document_numbers import OFFICE
from index.text.punctuation import ends_sentence

LONGEST_OFFICE = 40  # characters of an office, or of a signature
MOST_SIGNERS = 6  # lines above the date: offices that sign together
PART = re.compile(r"[一二三四五六七八九十]{1,3}、")
LONGEST_PART = 24  # characters of the heading of a part; a longer line may go on below
PAUSE = re.compile("[，。；：、？！,;:]")
CONTACT = re.compile(r"(?:联系人|联系电话|联系方式|承办人|经办人|电话|邮箱)\s*[：:].{0,80}")  # below a signature
NOTE = re.compile(
    r"[（(](?:此件|本件|联系人|联系电话|公开|不公开|主动公开|依申请公开).{0,60}[）)]?|此件.{2,20}|[（(]?共印\s*\d+\s*份[）)]?"
)
COPIED = re.compile(r"(?:抄\s*送|抄\s*报|主\s*送|分\s*送|发\s*送|报\s*送|主\s*报|报|送|发)\s*[：:].+")
PRINTED = re.compile(r".{0,40}\d\s*[日号]\s*印\s*发?|.{0,40}日\s*印\s*发")
SHORTEST_LIST = 15  # characters of a line of such a list that another one continues
MOST_COPIED = 6  # lines of one list of those who get copies


def closed(lines: Sequence[Line], with_parts: bool) -> Iterator[Line]:
    """Yield the *lines* of the text, with what closes it as lines of their own (kind signed).

    *with_parts*: the headings of numbered parts are headings.
    """
    signed = _signatures(lines)
    copied = 0  # lines of the list of those who get copies
    for i, line in enumerate(lines):
        if line.kind in ("table", "columns", "rule", "furniture", "caption", "credit"):
            copied = 0
            yield line
        elif PRINTED.fullmatch(line.text) and len(line.text) <= 2 * LONGEST_OFFICE:
            copied = 0
            yield replace(line, kind="signed", level=0)
        elif COPIED.fullmatch(line.text):
            copied = int(not line.text.endswith("。") and len(line.text) >= SHORTEST_LIST)
            yield replace(line, kind="signed", level=0)
        elif (
            copied
            and copied < MOST_COPIED
            and i not in signed
            and not NOTE.fullmatch(line.text)
            and not OFFICE.fullmatch(line.text)
            and not next(dates(line.text), None)
        ):
            copied = 0 if line.text.endswith("。") else copied + 1
            yield replace(line, kind="signed", level=0, join=1.0)
        elif i in signed or NOTE.fullmatch(line.text) or (signed and i > min(signed) and CONTACT.fullmatch(line.text)):
            copied = 0
            yield replace(line, kind="signed", level=0)
        else:
            copied = 0
            line = replace(line, level=0) if line.level and ends_sentence(line.text) else line  # of a PDF, by the size of its type
            heads = with_parts and _heads_part(line, lines[i + 1 : i + 2])
            yield replace(line, kind="heading", label="subhead") if heads else line


def _heads_part(line: Line, following: Sequence[Line]) -> bool:
    """Whether a line is the heading of a numbered part (`一、总体要求`): it is short and no sentence, and text or smaller parts follow."""
    part = PART.match(line.text)
    if part is None or line.level or len(line.text) > LONGEST_PART or PAUSE.search(line.text, part.end()):
        return False
    return bool(following) and following[0].kind in ("text", "item") and not PART.match(following[0].text)


def _signatures(lines: Sequence[Line]) -> set[int]:
    """Return the positions of the lines that sign: a day alone, and the offices above it; or an office and a day on one line."""
    found: set[int] = set()
    for i, line in enumerate(lines):
        if len(line.text) > LONGEST_OFFICE * 2 or line.kind in ("table", "columns"):
            continue
        printed = next(
            (one for one in dates(line.text) if one.end == len(line.text.rstrip(" ）)")) and len(one.iso) == len("2024-05-06")), None
        )
        if printed is None:
            continue
        before = line.text[: printed.start].strip(" \u3000（(")
        if before and not OFFICE.fullmatch("".join(before.split())):
            continue
        found.add(i)
        for above in range(i - 1, max(-1, i - 1 - MOST_SIGNERS), -1):
            bare = "".join(lines[above].text.split())
            if len(bare) > LONGEST_OFFICE or not OFFICE.fullmatch(bare):
                break
            found.add(above)
    return found
