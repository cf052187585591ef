"""Tables: which lines are rows, which name the columns, and how a row is quoted; drawn with pipes, tabs or tags."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.document import Article, Page, quote
from index.segmentation.articles import articles

HTML = (
    '<table><tr><td rowspan="2">村</td><td colspan="2">路灯</td></tr><tr><td>盏</td><td>坏的</td></tr>'
    '<tr><td rowspan="2">柳溪村</td><td>36</td><td>2</td></tr><tr><td><b>41</b></td><td>3<br>4</td></tr></table>'
)


def read(text: str, markdown: bool = True) -> Article:
    (one,) = articles(Page("a.md", text, "0" * 64, "utf-8", markdown))
    return one


def rows(text: str, markdown: bool = True) -> list[tuple[str, str | None]]:
    return [(paragraph.text, paragraph.columns) for paragraph in read(text, markdown).paragraphs]


@pytest.mark.parametrize("markdown", [True, False])
def test_the_row_above_a_rule_names_the_columns_and_is_no_paragraph(markdown: bool) -> None:
    text = "全村路灯清点\n\n去年清点了一次。\n\n| 村 | 路灯 |\n|----|:---:|\n| 柳溪村 | 36 |\n| 石桥村 | 41 |\n\n今年再清点。"
    table = [("| 柳溪村 | 36 |", "村 路灯"), ("| 石桥村 | 41 |", "村 路灯")]
    assert rows(text, markdown) == [("去年清点了一次。", None), *table, ("今年再清点。", None)]
    assert read(text, markdown).texts("columns") == ["| 村 | 路灯 |"]


def test_a_table_needs_no_pipes_at_its_edges() -> None:
    assert rows("# 清点\n\n村 | 路灯\n--- | ---\n柳溪村 | 36\n石桥村 | 41\n") == [("柳溪村 | 36", "村 路灯"), ("石桥村 | 41", "村 路灯")]


def test_numbers_below_words_show_the_names_of_columns_where_no_rule_is_drawn() -> None:
    assert rows("清点\n\n村\t路灯\n柳溪村\t36\n石桥村\t41\n", False) == [("柳溪村\t36", "村 路灯"), ("石桥村\t41", "村 路灯")]
    assert rows("清点\n\n村\t2023年\n柳溪村\t36\n石桥村\t41\n", False)[0] == ("柳溪村\t36", "村 2023年")


@pytest.mark.parametrize(
    "table",
    [
        "| 1 | 2 |\n|---|---|\n| 3 | 4 |",  # numbers name nothing, though a rule is drawn
        "| 柳溪村 | 36 |\n| 石桥村 | 41 |",  # two rows of values
        "| 柳溪村 | 王大山 |\n| 石桥村 | 李小河 |\n| 黄坡村 | 赵长林 |",  # words below words
        "| 柳溪村修了三条路，装了路灯。 | 36 |\n| 石桥村 | 41 |\n| 黄坡村 | 41 |",  # a sentence
        "| 村 | 路灯 |\n|---|---|",  # nothing below
    ],
)
def test_no_column_names_are_invented(table: str) -> None:
    found = rows(f"# 清点\n\n{table}\n")
    assert [columns for _, columns in found] == [""] * len(found)
    assert [text for text, _ in found] == [line for line in table.split("\n") if "---" not in line]


def test_a_lone_line_with_a_tab_or_a_pipe_is_no_table() -> None:
    assert rows("# 清点\n\n电话：\t0571-12345678，随时可以打。\n\n甲|乙两种办法都可以用，村里选了乙。\n") == [
        ("电话：\t0571-12345678，随时可以打。", None),
        ("甲|乙两种办法都可以用，村里选了乙。", None),
    ]


def test_a_blank_line_ends_a_table_of_markdown() -> None:
    text = "# 清点\n\n| 村 | 路灯 |\n|---|---|\n| 柳溪村 | 36 |\n\n| 镇 | 水井 |\n|---|---|\n| 白石镇 | 5 |\n"
    assert rows(text) == [("| 柳溪村 | 36 |", "村 路灯"), ("| 白石镇 | 5 |", "镇 水井")]


def test_each_row_of_html_in_one_line_is_quoted_without_tags() -> None:
    assert rows(f"# 路灯清点\n\n各村路灯台账如下。\n\n{HTML}\n\n今年再清点。\n") == [
        ("各村路灯台账如下。", None),
        ("柳溪村><36><2", "村 路灯 盏 路灯 坏的"),
        ("41><3<br>4", "柳溪村 村 路灯 盏 路灯 坏的"),  # the village reaches down from the row above
        ("今年再清点。", None),
    ]


def test_html_over_many_lines_is_read_row_by_row() -> None:
    table = "<table>\n<tr>\n<th>村</th>\n<th>路灯</th>\n</tr>\n<tr>\n<td>柳溪村</td>\n<td>36</td>\n</tr>\n</table>"
    one = read(f"# 清点\n\n{table}\n\n今年再清点。\n")
    assert [(row.text, row.lines, row.columns) for row in one.paragraphs] == [
        ("柳溪村 36", ((9, 9), (10, 10)), "村 路灯"),
        ("今年再清点。", ((14, 14),), None),
    ]
    assert one.texts("columns") == ["村 路灯"]


def test_a_table_of_thirty_columns_and_one_of_ragged_rows_are_read() -> None:
    wide = "".join(f"<td>指标{number}</td>" for number in range(30)), "".join(f"<td>{number}</td>" for number in range(30))
    body = "".join(f"<tr>{row}</tr>" for row in (*wide, wide[1]))
    found = rows(f"# 清点\n\n<table>{body}</table>\n\n完了。")
    assert found[0][0] == "><".join(map(str, range(30))) and (found[0][1] or "").startswith("指标0 指标1 指标2")
    assert rows("# 清点\n\n| 村 | 路灯 |\n|---|---|\n| 柳溪村 |\n| 石桥村 | 41 | 坏 |\n") == [
        ("| 柳溪村 |", "村 路灯"),
        ("| 石桥村 | 41 | 坏 |", "村 路灯"),
    ]


def test_a_table_in_code_is_code() -> None:
    assert [columns for _, columns in rows(f"# 清点\n\n下面是台账的源码，供各村参考，请不要改。\n\n```\n{HTML}\n```\n")] == [None] * 4


PIECES = st.sampled_from(
    [
        *"村灯36。 \n",
        "<table>",
        "</table>",
        "<tr>",
        "</tr>",
        "<td>",
        "</td>",
        '<td colspan="2" rowspan=3>',
        "<th>",
        "<br>",
        "<b",
        "|",
        "|-|-|\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join), st.booleans())
def test_whatever_the_tags_are_each_character_is_in_one_paragraph_or_heading(text: str, markdown: bool) -> None:
    page = Page("a.md", text, "0" * 64, "utf-8", markdown)
    used = [0] * len(text)
    for one in articles(page):
        for part in (*one.paragraphs, *one.headings):
            assert part.text == quote(text, part.spans)
            for start, end in part.spans:
                for offset in range(start, end):
                    used[offset] += 1
    assert [offset for offset, character in enumerate(text) if not character.isspace() and used[offset] != 1] == []
