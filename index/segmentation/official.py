"""Official documents as GB/T 9704 sets them: the head of the paper, the number, the title over several lines, and what closes the text.

    青石县人民政府文件            head: a banner, never the title
    青政发〔2024〕5号             number: a banner
    ————————
    青石县人民政府                title, the lines of which are one
    关于加强农村供水工作的通知
    各乡镇人民政府：              whole lines: a paragraph each, that nothing continues: to whom it is sent,
    …                            who signs it and when, whether it may be published, who gets copies
    青石县人民政府
    2024年3月5日
    （此件公开发布）
    抄送：县委办公室。

lines ──with_official──▶ lines with these kinds ──labelling──▶ ──without_inner_titles──▶ no title between the title and the signature
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from index.document import Page
from index.layout.line_shapes import ITEM, shape
from index.layout.lines import Line
from index.segmentation.headings import OF_A_PAPER
from index.segmentation.signatures import closed
from index.text.dates import dates
from index.text.document_numbers import OFFICE, is_document_number, kind_of_paper
from index.text.punctuation import ends_sentence, is_balanced

LONGEST_HEAD = 40  # characters of a line of the head, or of a signature
LONGEST_TITLE_LINE = 60  # characters; a docx has the whole title in one line
LONGEST_TITLE = 160  # characters
MOST_HEAD = 16  # lines of a head
MOST_TITLE_LINES = 6
TOP_LINES = 12  # paragraphs of a PDF that may hold a head and a title
MOST_ADDRESSED = 6  # lines that say to whom a document is sent
SECRECY = re.compile(r"\d{6}|(?:绝密|机密|秘密)(?:[★☆].{0,8})?|特急|加急|急件?|平急|[（(]?内部(?:资料|文件).{0,12}|注意保存")
UNDER_HEAD = re.compile(  # lines between the head and the title
    r"[（(〔\[]?(?:\d{4}年)?第\s*[\d一二三四五六七八九十百]{1,4}\s*[期号次][）)〕\]]?(?:[（(]?总第?\s*\d{1,4}\s*期[）)]?)?|[（(]?总第?\s*\d{1,4}\s*期[）)]?"
    r"|[〔\[（(]\s*\d{4}\s*[〕\])）]\s*第?\s*\d{1,4}\s*期|[（(]\d{1,4}[）)]"
    r"|签发人?[：:].{2,12}|(?:类别|类型|公开|属性|编号|公开属性|办理结果)(?:[：:].{1,12})?|[（(]?[ABC]\s?类?[）)]?|★"
)
ISSUE = re.compile(
    r"第\s*[\d一二三四五六七八九十百]{1,4}\s*[期号次]|总第?\s*\d{1,4}\s*期|[〔\[（(]\s*\d{4}\s*[〕\])）]|^[（(]\d{1,4}[）)]$"
)
SIGNER = re.compile(r"(?<=号)[\s\u3000]*(?:签发人?|会签人?)[：:].*")
EDITED_BY = re.compile(r"(?:编印|编发|编|印发|印|主办|主编|办)$")  # `县委办公室编`
LABEL_OF_OFFICE = re.compile(r"(?:编发|主办|编印|编辑|发文|报送)(?:单位|机关|部门)[：:]")
NAMES_DOCUMENT = re.compile(  # the end of a title says what the document is
    r"(?:通知|通报|公告|通告|意见|办法|条例|细则|规定|规则|方案|决定|决议|批复|报告|函|公报|规划|计划|纪要|答复|回复|请示|议案|命令|要点|预案|安排"
    r"|情况|总结|说明|建议|措施|制度|章程|标准|指南|清单|讲话|倡议书|责任书)(?:[（(][^（）()]{2,14}[）)])?$"
)
ADDRESSED = re.compile(  # names of offices and people, and no sentence that leads on to a list
    r"(?!为|根据|经|按|现|依|因|由|鉴于|近|自|对|关于|下列|以下)[^。！？；]*"
    r"(?:局|委|办|会|府|厅|部|院|室|处|所|中心|公司|集团|大学|学校|园|街道|镇|乡|村|社区|区|县|市|省|站|队|馆|单位|部门|科|股|机构|企业|组织|团体|支部|总支|党组|高校"
    r"|委员|代表|同志|同学|先生|女士|老师|家长|市民|居民|村民|群众|业主|朋友|用户)(?:们)?(?:[（(][^（）()]{1,20}[）)])?[：:]$"
)
GOES_ON = re.compile(
    r"的|[（(](?:试行|修订|征求意见|送审|草案|暂行|20\d\d)"
)  # what a title goes on with though it names a document already
CONTENTS = re.compile(r"[【\[]?(?:本期(?:要目|导读|内容|目录|看点)|要\s*目|目\s*录)[】\]]?")
MOST_CONTENTS = 20  # lines of the contents of a bulletin
LISTED = re.compile(r"[\s▲△●○◆◇■□★☆◎►▶※·•\-—]*(?:\d{1,2}[.．、]|[一二三四五六七八九十]{1,3}、)?\s*(?P<title>.*?)[\s.·…]*\d{0,3}")


class Head(NamedTuple):
    """Where the head of a document begins and ends among the lines (half-open), and what kind of paper it names."""

    first: int
    end: int
    kind: str


def with_official(page: Page, lines: Sequence[Line]) -> list[Line]:
    """Return *lines* of *page* with the kinds and labels of official documents; other pages stay as they are."""
    lines = with_printed_head(page, lines) if page.reader else lines
    heads = list(_heads(lines))
    if not heads:
        return list(lines)
    read = list(lines[: heads[0].first])
    for head, until in zip(heads, [*(head.first for head in heads[1:]), len(lines)], strict=True):
        read += _document(lines, head, until)
    return read


def with_printed_head(page: Page, lines: Sequence[Line]) -> list[Line]:
    """Return the *lines* of a PDF with those of an official head and title apart: they are set as closely as those of one paragraph."""
    printed = [(piece, i) for i, line in enumerate(lines[:TOP_LINES]) for piece in _printed_lines(page, line)]
    if len(printed) == min(len(lines), TOP_LINES):
        return list(lines)
    top = [piece for piece, _ in printed]
    head = _head(top, 0)
    if head is None:
        return list(lines)
    end = _addressed_end(top, _title_end(top, head.end, len(top)), len(top))
    rest = [piece for piece, i in printed[end:] if end and i == printed[end - 1][1]]  # of the paragraph in which all of this ends
    behind = printed[end - 1][1] + 1 if end else 0
    if rest:
        pieces = tuple(span for piece in rest for span in piece.pieces)
        words = "".join(piece.text for piece in rest)
        return [*top[:end], replace(rest[0], end=rest[-1].end, text=words, pieces=pieces), *lines[behind:]]
    return [*top[:end], *lines[behind:]]


def _printed_lines(page: Page, line: Line) -> Iterator[Line]:
    """Yield the lines as which a paragraph of a document is printed; *line* itself where it is a line."""
    runs: list[list[tuple[int, int]]] = []
    for start, end in line.pieces:
        for words in re.finditer(r"[^\n]+", page.text[start:end]):
            span = (start + words.start(), start + words.end())
            if runs and "\n" not in page.text[runs[-1][-1][1] : span[0]]:
                runs[-1].append(span)
            else:
                runs.append([span])
    if len(runs) < 2 or line.kind in ("table", "columns") or kind_of_paper(line.text):
        yield line
        return
    for run in runs:
        start, end = run[0][0], run[-1][1]
        text = "".join(page.text[a:b] for a, b in run)
        number = line.number + page.text.count("\n", line.start, start)
        gap, join = (line.gap, line.join) if run is runs[0] else (0, 0.0)
        yield replace(line, number=number, start=start, end=end, text=text, kind=shape(text), gap=gap, join=join, pieces=tuple(run))


def without_inner_titles(lines: Sequence[Line]) -> list[Line]:
    """Return labelled *lines* with subheads for titles between the title of an official document and its end."""
    inside = False
    read: list[Line] = []
    last = max((i for i, line in enumerate(lines) if line.kind == "signed"), default=-1)
    for i, line in enumerate(lines):
        if line.kind == "heading" and inside and i < last and line.label in ("title", "section", "kicker", "subtitle") and not line.level:
            line = replace(line, label="subhead")
        inside = (inside or line.kind == "addressed") and line.kind != "signed"
        read.append(line)
    return read


def _heads(lines: Sequence[Line]) -> Iterator[Head]:
    """Yield the heads of the documents: offices and the kind of paper, with a number below; or a number at the top of a page."""
    i = 0
    while i < len(lines):
        head = _head(lines, i)
        if head is None:
            i += 1
            continue
        yield head
        i = max(head.end, i + 1)


def _head(lines: Sequence[Line], first: int) -> Head | None:
    """Return the head that begins at the line *first*, None where none does."""
    kinds: list[str] = []
    numbered = False
    last = _title_end(lines, 0, len(lines)) if first == 0 and not kind_of_paper(lines[0].text) else 0
    if 0 < last < len(lines) and is_document_number(lines[last].text):
        return Head(0, 0, "")  # the title stands above the number, as web sites have it
    i = first
    while i < min(len(lines), first + MOST_HEAD) and _size(lines[i]) <= LONGEST_HEAD and (part := _part_of_head(lines[i], numbered)):
        if part in ("paper", "minutes", "bulletin", "office"):
            if numbered or _names_office_of_title(lines, i):
                break  # the first line of the title is the office again
            kinds.append(part)
        numbered = numbered or part == "number"
        i += 1
    kind = next((kind for kind in ("paper", "minutes", "bulletin", "office") if kind in kinds), "")
    whole = numbered and (kind or first == 0)
    if kind == "office" and first > 0:
        whole = False  # a signature, and below it the number of something else
    return Head(first, i, kind) if whole or kind == "paper" else None


def _size(line: Line) -> int:
    """Return how many characters a line has; blanks, by which a number is set apart from who signs, count nothing."""
    return len("".join(line.text.split()))


def _names_office_of_title(lines: Sequence[Line], first: int) -> bool:
    """Whether the offices from the line *first* on are the first lines of a title: `关于……的通知` is right below them."""
    i = first
    while i < min(len(lines), first + MOST_TITLE_LINES) and kind_of_paper(lines[i].text) == "office":
        i += 1
    return first < i < len(lines) and lines[i].text.startswith("关于")


def _part_of_head(line: Line, numbered: bool) -> str:
    """Return which part of a head a line is, "" for none."""
    text = line.text.strip()
    bare = "".join(text.split())
    if line.kind in ("rule", "furniture"):
        return "rule"
    if is_document_number(SIGNER.sub("", text) if "签" in text else text) or (ISSUE.search(bare) and UNDER_HEAD.fullmatch(bare)):
        return "number"
    if SECRECY.fullmatch(bare) or UNDER_HEAD.fullmatch(bare):
        return "mark"
    if numbered and _is_issuer(text):
        return "issuer"
    return kind_of_paper(text)


def _is_issuer(text: str) -> bool:
    """Whether a line says which office made a bulletin, and when: `县委办公室编  2024年3月5日`; its date or its words show it."""
    printed = next(dates(text), None)
    name = text[: printed.start] if printed else text
    rest = text[printed.end :].strip() if printed else ""
    labelled = LABEL_OF_OFFICE.match(name)
    bare = "".join(EDITED_BY.sub("", LABEL_OF_OFFICE.sub("", name.strip(" \u3000（(")).strip()).split())
    own = labelled is not None or printed is not None or EDITED_BY.search(name) is not None
    return (
        own and (not bare or bool(OFFICE.fullmatch(bare))) and (not rest or bool(SIGNER.match("号" + rest)) or rest in ("印发", "）", ")"))
    )


def _document(lines: Sequence[Line], head: Head, until: int) -> Iterator[Line]:
    """Yield the lines of one document, which *head* opens and which ends before the line *until*."""
    last = _title_end(lines, head.end, until)
    listed = _listed(lines, head.end, until) if head.kind == "bulletin" else {}
    own_title = last > head.end or head.kind != "minutes" or _may_be_title(lines, head.end, until)
    for line in lines[head.first : head.end]:
        named = not own_title and kind_of_paper(line.text) == "minutes"  # minutes without a title are called as their paper is
        yield from [replace(line, kind="heading", label="title", level=0)] if named else _of_head(line)
    if listed:
        yield from (_of_contents(lines[i], i, listed) for i in range(head.end, until))
        return
    for i in range(head.end, last):
        label, join = ("title", lines[i].join) if i == head.end else ("more", 1.0)
        yield replace(lines[i], kind="heading", label=label, level=0, join=join)
    below = last
    while below < until and (is_document_number(lines[below].text) or lines[below].kind == "rule"):
        if head.end > head.first or lines[below].kind == "rule":
            yield replace(lines[below], kind="front", level=0, label=OF_A_PAPER)
        else:
            yield replace(lines[below], kind="heading", level=0, label="subtitle")
        below += 1
    addressed = _addressed_end(lines, below, until)
    for i in range(below, addressed):
        yield replace(lines[i], kind="addressed", level=0, join=lines[i].join if i == below else 1.0)
    yield from closed(lines[addressed:until], with_parts=head.end > head.first)


def _of_head(line: Line) -> Iterator[Line]:
    """Yield a line of the head; who signs it off stands behind the number on the same line."""
    signer = SIGNER.search(line.text) if line.kind not in ("rule", "furniture") else None
    if signer is None:
        yield line if line.kind in ("rule", "furniture") else replace(line, kind="front", level=0, label=OF_A_PAPER)
        return
    behind = len(line.text) - len(signer[0].lstrip(" \t\u3000\xa0"))
    for first, last in ((0, len(line.text[: signer.start()].rstrip())), (behind, len(line.text))):
        spans = tuple(line.spans(first, last))
        pieces = spans if line.pieces else ()
        yield replace(
            line, text=line.text[first:last], start=spans[0][0], end=spans[-1][1], kind="front", level=0, label=OF_A_PAPER, pieces=pieces
        )


def _may_be_title(lines: Sequence[Line], first: int, until: int) -> bool:
    """Whether the line at *first* may be a line of a title: it is no sentence, no part of a list, and not too long."""
    if first >= until:
        return False
    line = lines[first]
    return (
        line.kind in ("text", "byline", "heading", "front")
        and len(line.text) <= LONGEST_TITLE_LINE
        and not ends_sentence(line.text)
        and not ITEM.match(line.text)
        and not line.text.endswith(("，", ","))
        and not next((True for printed in dates(line.text) if printed.end == len(line.text)), False)
    )


def _title_end(lines: Sequence[Line], first: int, until: int) -> int:
    """Return where the title that begins at *first* ends; *first* itself where the words show none."""
    end = first
    while end < min(until, first + MOST_TITLE_LINES) and _may_be_title(lines, end, until):
        end += 1
        title = "".join(line.text for line in lines[first:end])
        goes_on = end < until and GOES_ON.match(lines[end].text) and len(lines[end].text) <= LONGEST_HEAD
        if len(title) <= LONGEST_TITLE and NAMES_DOCUMENT.search(title) and is_balanced(title) and not goes_on:
            return end
    title = "".join(line.text for line in lines[first:end])
    addressed = end > first and end < until and ADDRESSED.fullmatch(lines[end].text) and len(title) <= LONGEST_TITLE and is_balanced(title)
    return end if addressed else first


def _listed(lines: Sequence[Line], first: int, until: int) -> dict[int, str]:
    """Return the positions of the contents of a bulletin, as `front`, and of the titles that they list, as `heading`; none without any."""
    if first >= until or not CONTENTS.fullmatch(lines[first].text):
        return {}
    below = {"".join(lines[i].text.split()): i for i in range(until - 1, first, -1)}
    last = {"".join(lines[i].text.split()): i for i in range(first + 1, until)}
    found = {first: "front"}
    for i in range(first + 1, min(first + 1 + MOST_CONTENTS, until)):
        named = LISTED.fullmatch(lines[i].text)
        title = "".join(named["title"].split()) if named else ""
        if not title or last.get(title, i) <= i or below.get(title, i) < i:
            break
        found |= {i: "front", last[title]: "heading"}
    return found if len(found) > 1 else {}


def _of_contents(line: Line, position: int, listed: dict[int, str]) -> Line:
    kind = listed.get(position)
    return replace(line, kind=kind, level=0, label=OF_A_PAPER if kind == "front" else "title") if kind else line


def _addressed_end(lines: Sequence[Line], first: int, until: int) -> int:
    """Return where the lines end that say to whom the document is sent, *first* where there are none: they end with a colon."""
    for i in range(first, min(first + MOST_ADDRESSED, until)):
        text = lines[i].text
        if lines[i].level or lines[i].kind in ("rule", "table", "columns") or re.search("[。！？；]", text):
            return first
        if text.endswith(("：", ":")):
            return i + 1 if ADDRESSED.fullmatch(text) else first
    return first
