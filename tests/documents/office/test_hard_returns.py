"""A docx whose paragraphs were broken by hard returns: what was one is one again, and nothing that is rightly parted is joined."""

import pytest

from index.document import Page
from index.files.document_files import read_document
from index.passages import passages_of
from index.segmentation.articles import articles
from tests.documents.office.docx import cell, docx, numbered, p, table

CENTRED = '<w:jc w:val="center"/>'
INDENT = '<w:ind w:firstLine="640"/>'
PASTED = (  # each printed line is a paragraph
    "去年以来，松岭县把群众夜间出行作为民生小事来办，先后",
    "在老城区补装路灯六百盏，改造背街小巷十九条，群众走夜",
    "路再也不用打手电。",
    "县里还建立了路灯报修热线，群众打一个电话，维修人员当",
    "天就能赶到现场，亮灯率保持在百分之九十八以上，居民都",
    "说这件小事办得实在。",
)
WHOLE = ("".join(PASTED[:3]), "".join(PASTED[3:]))


def shown(body: str) -> list[str]:
    """Return all paragraphs of a docx with this *body*."""
    return [paragraph.text for article in articles(page_of(body)) for paragraph in article.paragraphs]


def page_of(body: str, **parts: str) -> Page:
    page = read_document(docx(body, **parts), "a.docx", "docx", ".docx")
    assert isinstance(page, Page)
    return page


def test_the_lines_of_a_pasted_text_are_its_paragraphs_again() -> None:
    assert shown(p("松岭县点亮背街小巷", CENTRED) + "".join(map(p, PASTED))) == [*WHOLE]


def test_so_are_lines_that_all_have_the_indent_of_their_style() -> None:
    assert shown("".join(p(line, INDENT) for line in PASTED)) == [*WHOLE]


def test_the_citation_names_both_paragraphs_of_one_that_was_cut_in_two() -> None:
    first, second = "为了让老人吃上热饭，柏林乡在八个村办起了老年食堂，由村集体出一点、乡里补一", "点、老人自己付一点，每餐只要三块钱。"
    page = page_of(p("柏林乡办起老年食堂", CENTRED) + p("村里的事，大家商量着办。", INDENT) + p(first, INDENT) + p(second, INDENT))
    passages = [passage for passage in passages_of(page, articles(page)) if passage.text == first + second]
    assert [passage.citation.location for passage in passages] == ["a.docx 第3-4自然段"]


@pytest.mark.parametrize(
    "parted",
    [
        ["各乡镇人民政府，县直各单位：", "现将有关事项通知如下，请认真执行。"],
        ["工作进展顺利，群众都很满意", "松岭县水务局", "2023年5月9日"],
        ["参加人员有何平、林岚、吴江", "联系人：吴江", "地址：松岭县人民路8号，县政府院内"],
        ["一、补装路灯，改造线路", "二、修补路面，清理排水沟", "三、粉刷墙面，拆除违建"],
        ["1.新建水源井十二眼，由县水务局负责", "2.改造管网八十公里，由各乡镇负责"],
        ["全年新建水源井十二眼，改造管网八十六公里。", "各乡镇都成立了供水站，有人管、有钱修。"],
        ["建立健全农村饮水安全管理责任体系", "建立健全农村饮水工程运行管护机制", "建立健全农村饮水水质检测监测网络"],
    ],
    ids=["addressee", "signature", "labels", "parts", "items", "sentences", "list"],
)
def test_what_is_rightly_parted_stays_so(parted: list[str]) -> None:
    page = page_of("".join(map(p, ["村里开了一次会，商量修路的事。", *parted, "会后大家就动手干了起来。"])))
    joins = [block.join for block in page.blocks]
    paragraphs = [paragraph for article in articles(page) for paragraph in article.paragraphs]
    headings = [heading for article in articles(page) for heading in article.headings]
    assert all(len({line for pair in one.lines for line in pair}) == 1 for one in paragraphs), joins
    assert "".join("".join(one.text.split()) for one in sorted((*paragraphs, *headings), key=lambda one: one.spans)) == "".join(
        page.text.split()
    )


@pytest.mark.parametrize(
    "second",
    [
        p("后来，村里又修了一条路。", INDENT),
        p("　　后来，村里又修了一条路。"),
        p("后来又修路", CENTRED),
        p("后来修路", numbered(1)),
        table(cell("路"), cell("桥")),
    ],
    ids=["indented", "blanks", "centred", "list", "table"],
)
def test_what_begins_anew_is_never_asked_about(second: str) -> None:
    page = page_of(p("为了让老人吃上热饭，柏林乡在八个村办起了老年食堂，由村集体出一") + second)
    assert [block.join for block in page.blocks][1:] and None not in [block.join for block in page.blocks]


def test_an_empty_paragraph_parts_what_it_stands_between() -> None:
    page = page_of(p("为了让老人吃上热饭，柏林乡在八个村办起了老年食堂，由村集体出一") + p("") + p("点，乡里补一点。"))
    assert [block.join for block in page.blocks] == [0.0, 0.0]
