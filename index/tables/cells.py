"""The cells of a table: a line with pipes or tabs, or the source of a `<table>`, in; cells and the names of columns out.

| 乡镇 | 经费 |       乡镇 ⇥ 经费       <tr><td>乡镇</td><td>经费</td></tr>       ──▶ [乡镇, 经费]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)(?P<attributes>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>|<!--.*?-->", re.DOTALL)
SPANNED = re.compile(r"(col|row)span\s*=\s*[\"']?(\d{1,3})", re.IGNORECASE)
PIPE = re.compile(r"(?<!\\)\|")
LONGEST_NAME = 20  # characters of the name of a column, set by hand
MOST_SPANNED = 100  # columns or rows that one cell may span
FEWEST_ROWS = 2  # rows below the first that show by their numbers that the first has names
NUMERIC = re.compile(r"[-+−–—~≈<>¥￥$(（]*\d[\d\s,，.:/%％‰+−–—~年月日时分万亿千百元个件人次户岁()（）-]*")
YEAR = re.compile(r"(?:19|20)\d\d年?度?")  # the name of a column although it is a number
SENTENCE = re.compile(r"[。！？；!?;]")
NAMES = re.compile(  # words that columns have as their names, and values hardly ever
    r"(?:序号|编号|代码|姓名|性别|年龄|职[务称位]|单位|部门|名称|地[址区点]|乡镇|县[市区]|街道|社区|电话|联系人|联系方式|日期|时间|年[份度]|月份|数量|"
    r"金额|经费|面积|比[例重]|单价|合计|总[计数额]|小计|备注|说明|项目|内容|类[别型]|指标|措施|做法|办法|标准|依据|责任\S{0,4}|牵头\S{0,4}|结果|"
    r"状态|等级|排名|得分|分值|人数|户数|[\u4e00-\u9fff]{0,6}[（(][\u4e00-\u9fff/％%‰]{1,4}[)）])"
    r"|(?i:no\.?|name|date|year|month|type|title|total|amount|number|count|unit|notes?|description|status|value|country|city|region|item)"
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its *text* without tags, its characters in the page, half-open, and how many columns and rows it takes."""

    text: str
    start: int
    end: int
    columns: int = 1
    rows: int = 1
    is_name: bool = False  # a `<th>`


def cells_of_line(text: str, start: int = 0) -> list[Cell]:
    """Return the cells of a line that pipes or tabs divide; *start* is the offset of the line in its page.

    >>> [cell.text for cell in cells_of_line("| 乡镇 | 经费 |")], [cell.text for cell in cells_of_line("甲\\t乙")]
    (['乡镇', '经费'], ['甲', '乙'])
    """
    if "\t" in text and "|" not in text:
        marks = [at for at, character in enumerate(text) if character == "\t"]
    else:
        marks = [match.start() for match in PIPE.finditer(text)]
    bounds = [-1, *marks, len(text)]
    if text.startswith("|"):
        bounds = bounds[1:]
    if len(bounds) > 2 and text.endswith("|"):
        bounds = bounds[:-1]
    return [_trimmed(text[a + 1 : b], start + a + 1) for a, b in pairwise(bounds)]


def rows_of_html(text: str, start: int, end: int) -> list[list[Cell]]:
    """Return the rows of a `<table>` that stands between *start* and *end* of a page's *text*."""
    rows: list[list[Cell]] = []
    opened: re.Match[str] | None = None  # the tag of the cell that is open
    for tag in TAG.finditer(text, start, end):
        name = (tag["name"] or "").lower()
        if name not in ("tr", "td", "th", "table"):
            continue
        if opened is not None:
            rows[-1].append(_html_cell(text, opened, tag.start()))
            opened = None
        if name == "tr" and not tag["close"]:
            rows.append([])
        elif name in ("td", "th") and not tag["close"]:
            opened = tag
            if not rows:
                rows.append([])
    return [row for row in rows if row]


def _html_cell(text: str, tag: re.Match[str], end: int) -> Cell:
    spanned = {which.lower(): min(MOST_SPANNED, max(1, int(count))) for which, count in SPANNED.findall(tag["attributes"])}
    bare = _trimmed(text[tag.end() : end], tag.end())
    plain = " ".join(TAG.sub(" ", bare.text).split())
    return Cell(plain, bare.start, bare.end, spanned.get("col", 1), spanned.get("row", 1), tag["name"].lower() == "th")


def _trimmed(text: str, start: int) -> Cell:
    inner = text.strip()
    first = start + len(text) - len(text.lstrip())
    return Cell(inner, first, first + len(inner))


def names_by_shape(first: Sequence[Cell], below: Sequence[Sequence[Cell]]) -> bool:
    """Whether the *first* row of a table without a rule has the names of its columns: it is unlike the rows *below*.

    >>> names, values = cells_of_line("| 村 | 户数 |"), cells_of_line("| 李家村 | 12 |")
    >>> names_by_shape(names, [values, values]), names_by_shape(values, [values, values]), names_by_shape(names, [names])
    (True, False, False)
    """
    texts = [cell.text for cell in first]
    known = [text for text in texts[1:] if text] + texts[:1]  # the corner of a table may be empty
    if len(texts) < 2 or not below or not all(known[:-1]) or len(known) < len(texts) or len(set(texts)) < len(texts):
        return False
    if any(len(text) > LONGEST_NAME or SENTENCE.search(text) or (_is_value(text) and not YEAR.fullmatch(text)) for text in texts):
        return False
    if all(_is_value(text) for text in texts) or any([cell.text for cell in row] == texts for row in below):
        return False
    if 2 * sum(bool(NAMES.fullmatch(text)) for text in texts) >= len(texts):
        return True
    return len(below) >= FEWEST_ROWS and any(_is_numeric(column) for column in _columns(below))


def are_values(cells: Sequence[Cell]) -> bool:
    """Whether all *cells* are numbers: they name no column, whatever rule is drawn below them."""
    texts = [cell.text for cell in cells if cell.text]
    return bool(texts) and all(_is_value(text) and not YEAR.fullmatch(text) for text in texts)


def _is_value(text: str) -> bool:
    return bool(NUMERIC.fullmatch(text))


def _columns(rows: Sequence[Sequence[Cell]]) -> Iterator[list[str]]:
    for number in range(max(map(len, rows))):
        yield [row[number].text for row in rows if len(row) > number]


def _is_numeric(column: Sequence[str]) -> bool:
    filled = [text for text in column if text]
    return len(filled) >= FEWEST_ROWS and 2 * sum(map(_is_value, filled)) > len(filled)


def header_depth(rows: Sequence[Sequence[Cell]]) -> int:
    """Return how many of the first *rows* of a `<table>` have the names of its columns, 0 where none has."""
    depth = next((number for number, row in enumerate(rows) if not all(cell.is_name for cell in row)), len(rows))
    if depth == 0 and rows and rows[0]:
        deepest = max(cell.rows for cell in rows[0]) if any(cell.columns > 1 for cell in rows[0]) else 1
        depth = deepest if names_by_shape(rows[0], rows[deepest:]) else 0
    return 0 if depth >= len(rows) or are_values(rows[0]) else depth


def column_names(rows: Sequence[Sequence[Cell]], depth: int) -> list[str]:
    """Return the names of the columns that the first *depth* rows have: of a name over several columns, each has its own below."""
    names: list[list[str]] = []
    for filled in _placed(rows[:depth]):
        for column, cell in filled.items():
            while len(names) <= column:
                names.append([])
            if cell.text and cell.text not in names[column]:
                names[column].append(cell.text)
    return [" ".join(name) for name in names]


def values_from_above(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """Return for each row the texts of the cells of earlier rows that reach down to it."""
    return [
        list(dict.fromkeys(cell.text for cell in filled.values() if cell.text and not any(cell is own for own in row)))
        for row, filled in zip(rows, _placed(rows), strict=True)
    ]


def _placed(rows: Sequence[Sequence[Cell]]) -> Iterator[dict[int, Cell]]:
    """Yield for each row the cell of each column, cells that reach down from rows above among them."""
    reaching: dict[int, tuple[int, Cell]] = {}  # column -> rows that its cell still takes, and the cell
    for row in rows:
        filled = {column: cell for column, (_, cell) in reaching.items()}
        below = {column: (left - 1, cell) for column, (left, cell) in reaching.items() if left > 1}
        column = 0
        for cell in row:
            while column in filled:
                column += 1
            for taken in range(column, column + cell.columns):
                filled[taken] = cell
                if cell.rows > 1:
                    below[taken] = (cell.rows - 1, cell)
            column += cell.columns
        reaching = below
        yield filled
