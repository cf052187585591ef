"""A docx is read as Word shows it: what it shows is in the text, once and in its place, and what it hides is not."""

import io

import pytest

from index.documents.extracted import Extracted, Refused
from index.documents.office.docx_files import extract_docx
from tests.documents.office.docx import cell, docx, numbered, p, r, style, table

LEVELS = (
    '<w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF06C;"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
)


def read(body: str, **parts: str) -> Extracted:
    return extract_docx(docx(body, **parts))


def blocks(extracted: Extracted) -> list[tuple[str, int, str]]:
    """Return the kind, level and text of each block."""
    return [(one.kind, one.level, "".join(extracted.text[a:b] for a, b in one.spans)) for one in extracted.blocks]


def test_a_paragraph_is_a_line_and_an_empty_one_an_empty_line() -> None:
    extracted = read(p("修路。") + p("") + p("修桥。"))
    assert extracted.text == "修路。\n\n修桥。"
    assert [block.gap for block in extracted.blocks] == [1, 1]
    assert extracted.reader.startswith("lxml ")


def test_runs_links_fields_and_inserted_text_are_shown_and_deleted_hidden_and_commented_text_is_not() -> None:
    body = (
        p(
            r("甲")
            + "<w:hyperlink>"
            + r("乙")
            + "</w:hyperlink><w:ins>"
            + r("丙")
            + "</w:ins><w:del><w:r><w:delText>错</w:delText></w:r></w:del>"
        )
        + p(r("共") + "<w:r><w:instrText> PAGE </w:instrText></w:r><w:fldSimple>" + r("12") + "</w:fldSimple>" + r("页"))
        + p(
            r("看得见")
            + r("看不见", "<w:vanish/>")
            + r("也看得见", '<w:vanish w:val="0"/>')
            + "<w:moveFrom>"
            + r("搬走了")
            + "</w:moveFrom>"
        )
        + p(r("上") + "<w:r><w:br/></w:r>" + r("下") + "<w:r><w:tab/></w:r>" + r("右") + "<w:r><w:noBreakHyphen/></w:r>" + r("9"))
    )
    assert read(body).text == "甲乙丙\n共12页\n看得见也看得见\n上 下 右-9"


def test_headings_are_known_by_the_names_of_their_styles_in_both_languages_or_by_their_outline() -> None:
    styles = style("a", "Heading 1") + style("b", "标题 2") + style("c", "My", '<w:basedOn w:val="a"/>') + style("d", "caption")
    styles += (
        style("e", "toc 1") + style("f", "own", '<w:pPr><w:outlineLvl w:val="2"/></w:pPr>') + style("g", "circle", '<w:basedOn w:val="g"/>')
    )
    body = "".join(p(name, f'<w:pStyle w:val="{name}"/>') for name in "abcdefg") + p("h", '<w:outlineLvl w:val="0"/>')
    kinds = {text: (kind, level) for kind, level, text in blocks(read(body, styles=styles))}
    assert kinds == {
        **{"a": ("text", 1), "b": ("text", 2), "c": ("text", 1), "d": ("caption", 0), "e": ("furniture", 0)},
        **{"f": ("text", 3), "g": ("text", 0), "h": ("text", 1)},
    }


def test_headings_lie_below_a_title() -> None:
    body = p("通知", '<w:pStyle w:val="t"/>') + p("要求", '<w:pStyle w:val="a"/>')
    assert [level for _, level, _ in blocks(read(body, styles=style("t", "Title") + style("a", "heading 1")))] == [1, 2]


def test_the_numbers_of_lists_are_shown_as_word_counts_them() -> None:
    items = ((1, 0), (1, 1), (1, 1), (1, 2), (1, 0), (1, 1), (3, 0), (2, 0), (2, 1), (2, 1), (0, 0), (9, 0))
    body = "".join(p("项", numbered(number, level)) for number, level in items) + p("", numbered(1)) + p("项", numbered(1))
    extracted = read(body, numbering=LEVELS)
    assert extracted.text.split("\n") == [
        *("一、项", "（一）项", "（二）项", "1. 项", "二、项", "（一）项", "五、项", "项", "1.3 项", "1.4 项", "项", "项", "", "三、项")
    ]
    assert blocks(extracted)[7][0] == "item"


def test_a_row_of_a_table_is_a_line_with_its_cells_parted_by_tabs_and_merged_cells_come_once() -> None:
    wide, first, more = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = p("前") + table(
        cell("街道") + cell("小区") + cell("经费"),
        cell("翠园", first) + cell(p("东里") + p("北区")) + cell("12"),
        cell("", more) + cell("合计", wide),
        cell("东苑") + cell("") + cell("8"),
    )
    extracted = read(body + p("后"))
    assert extracted.text == "前\n街道\t小区\t经费\n翠园\t东里 北区\t12\n\t合计\n东苑\t\t8\n后"
    assert [kind for kind, _, _ in blocks(extracted)] == ["text", "table", "table", "table", "table", "text"]


def test_a_table_that_only_arranges_the_page_is_read_by_its_paragraphs_one_line_a_row() -> None:
    inner = table(cell("一") + cell("二"), cell("三") + cell("四"))
    extracted = read(table(cell(p("左上") + p("左下")) + cell(p("右") + inner + p("尾")), cell("底") + cell("")))
    assert extracted.text == "左上 左下 右 一 二 三 四 尾\n底"
    assert [text for _, _, text in blocks(extracted)] == ["左上", "左下", "右", "一 二", "三 四", "尾", "底"]


def test_text_boxes_and_notes_stand_below_the_body_and_headers_once_as_furniture() -> None:
    box = (
        "<w:r><mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent>" + p("框里的字") + "</w:txbxContent></wps:txbx></mc:Choice>"
        "<mc:Fallback><w:pict><v:textbox><w:txbxContent>" + p("框里的字") + "</w:txbxContent></v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    notes = '<w:footnote w:type="separator">' + p("线") + "</w:footnote><w:footnote>" + p("见第3号文件。") + "</w:footnote>"
    extracted = read(p(r("正文") + box) + p("第二段"), footnotes=notes, header=p("内部资料"), footer=p("内部资料"))
    assert extracted.text == "正文\n第二段\n框里的字\n见第3号文件。\n内部资料"
    assert blocks(extracted)[-1] == ("furniture", 0, "内部资料")


def test_content_controls_and_tracked_paragraphs_are_part_of_the_body() -> None:
    body = f"<w:sdt><w:sdtContent>{p('一')}{table(cell('甲') + cell('乙'), cell('丙') + cell('丁'))}</w:sdtContent></w:sdt>{p('二')}"
    assert read(body).text == "一\n甲\t乙\n丙\t丁\n二"


def test_what_python_docx_writes_is_read() -> None:
    import docx as python_docx

    document = python_docx.Document()
    document.add_heading("关于修路的通知", 0)
    document.add_paragraph("今年修路三公里。")
    document.add_paragraph("先修村道", style="List Number")
    written = io.BytesIO()
    document.save(written)
    extracted = extract_docx(written.getvalue())
    assert extracted.text == "关于修路的通知\n今年修路三公里。\n1. 先修村道"
    assert blocks(extracted)[0][:2] == ("text", 1)


@pytest.mark.parametrize("damage", ["no body", "cut", "no zip", "no xml"])
def test_a_damaged_docx_is_refused(damage: str) -> None:
    whole = docx(p("修路。"))
    content = {
        "no body": whole.replace(b"word/document.xml", b"word/dokument.xml"),
        "cut": whole[: len(whole) // 2],
        "no zip": b"PK\x03\x04" + b"\x00" * 99,
        "no xml": docx("<w:p>"),
    }[damage]
    with pytest.raises(Refused):
        extract_docx(content)
