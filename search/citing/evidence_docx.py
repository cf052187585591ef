"""An evidence sheet as a docx, laid out after GB/T 9704-2012 (layout of official documents): blocks in, a file out.

A4, type area 156 mm by 225 mm, 22 lines of 28 characters a page; title 小标宋 二号, text 仿宋 三号, headings 一、 黑体 and （一） 楷体;
page numbers "— 1 —" at the foot, on the right of odd pages and on the left of even ones, one character from the edge.

The fonts are those that the standard names. Few machines have them all, so the file's font table names others for each (`w:altName`).
The text holds no field but the number of the page: nothing in it is computed or fetched when it is opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, BinaryIO, NamedTuple

from index.errors import BadInput
from search.citing.evidence import Block

# Font of the standard, then those that stand in for it: Windows, macOS, Linux.
FONTS = {
    "方正小标宋简体": "方正小标宋_GBK,小标宋,STZhongsong,华文中宋,SimSun,宋体,Songti SC,Noto Serif CJK SC",
    "仿宋_GB2312": "仿宋,FangSong,STFangsong,华文仿宋,FZFangSong-Z02,Noto Serif CJK SC",
    "楷体_GB2312": "楷体,KaiTi,STKaiti,华文楷体,Kaiti SC,Noto Serif CJK SC",
    "黑体": "SimHei,STHeiti,Heiti SC,Noto Sans CJK SC",
    "宋体": "SimSun,STSong,Songti SC,Noto Serif CJK SC",
}
LATIN = "Times New Roman"
LINE = 28.95  # points from line to line: 22 lines in a type area of 225 mm
TWO = 22.0  # points, size 二号
THREE = 16.0  # points, size 三号
SMALL_FOUR = 12.0  # points, size 小四, for what stands beside the text
FOUR = 14.0  # points, size 四号, of page numbers
MARGINS = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}  # millimetres
FOOT = 28.0  # millimetres from the edge of the paper to the page number, which stands 7 mm below the type area
FONT_TABLE = "/word/fontTable.xml"


class Style(NamedTuple):
    """How blocks of one kind look. Indents are in characters: *first* of the first line, *sides* of all lines, left and right."""

    font: str
    size: float = THREE
    first: int = 2
    sides: int = 0
    align: str = "LEFT"  # long names of files would tear a justified line apart
    after: float = 0.0  # points below
    keep: bool = False  # with the block below it
    line: float = LINE
    level: int = 0  # in the outline


STYLES = {
    "title": Style("方正小标宋简体", TWO, first=0, align="CENTER", line=35.0),
    "date": Style("楷体_GB2312", first=0, align="CENTER", after=LINE),
    "part": Style("黑体", keep=True, level=1),
    "sources": Style("黑体", keep=True, level=1),
    "question": Style("楷体_GB2312", keep=True, level=2),
    "hit": Style("仿宋_GB2312", keep=True, level=3),
    "line": Style("仿宋_GB2312"),
    "quote": Style("楷体_GB2312", sides=2, align="JUSTIFY"),
    "beside": Style("仿宋_GB2312", SMALL_FOUR, sides=2, line=20.0),
    "cited": Style("仿宋_GB2312"),
    "reference": Style("仿宋_GB2312", first=0),
    "file": Style("仿宋_GB2312", SMALL_FOUR, first=0, sides=2, line=20.0),
}


def write_docx(blocks: Iterable[Block], file: BinaryIO) -> None:
    """Write the sheet to *file*. Raise BadInput where python-docx is not installed; nothing was read from *blocks* then."""
    document = _new_document()
    ids = {kind: _add_style(document, kind, style) for kind, style in STYLES.items()}
    for block in blocks:
        text = f"{block.text}（{block.location}）" if block.kind == "beside" else block.text
        paragraph = document.add_paragraph(text)
        paragraph._p.style = ids[block.kind]  # by name, python-docx looks through all styles each time: 6 ms a paragraph
        if block.kind == "sources":
            paragraph.paragraph_format.page_break_before = True
        if block.kind == "title":
            document.core_properties.title = block.text
    document.save(file)


def require_docx() -> None:
    """Raise BadInput where python-docx is not installed, before anything is searched."""
    _docx()


def _docx() -> Any:
    try:
        import docx  # python-docx, in the extra `documents`; 0.2 s, so only a docx waits for it
    except ImportError:
        raise BadInput(
            "a docx is written with python-docx, which is not installed; install it with: pip install 'qianli-precedents[documents]'"
        ) from None
    return docx


def _new_document() -> Any:
    """Return an empty document with the page of the standard."""
    from docx.oxml.ns import qn
    from docx.shared import Mm

    document = _docx().Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, width in MARGINS.items():
        setattr(section, name, Mm(width))
    section.footer_distance, section.header_distance = Mm(FOOT), Mm(15)
    document.settings.odd_and_even_pages_header_footer = True
    _number_pages(section.footer, right=True)
    _number_pages(section.even_page_footer, right=False)
    _name_other_fonts(document)
    for element in document.styles.element.iter(qn("w:lang")):
        element.set(qn("w:eastAsia"), "zh-CN")  # or Word breaks and corrects the text as if it were English
    document.core_properties.author = "qianli"
    document.core_properties.comments = ""
    return document


def _add_style(document: Any, kind: str, look: Style) -> str:
    """Add the paragraph style of blocks of this *kind* and return its id: an office changes how a sheet looks by changing its styles."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Pt

    style = document.styles.add_style(f"qianli {kind}", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    _set_font(style, look.font, look.size)
    layout = style.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(look.line)
    layout.space_before, layout.space_after = Pt(0), Pt(look.after)
    layout.first_line_indent = Pt(look.first * look.size)
    layout.left_indent = layout.right_indent = Pt(look.sides * THREE)
    layout.alignment = WD_ALIGN_PARAGRAPH[look.align]
    layout.keep_with_next = look.keep
    if look.level:
        _set_outline(style, look.level)
    return str(style.style_id)


def _set_font(style: Any, font: str, size: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    style.font.name, style.font.size = LATIN, Pt(size)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), font)


def _set_outline(style: Any, level: int) -> None:
    """Give the style a place in the outline, by which Word lists the headings of a sheet of hundreds of questions."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    outline = OxmlElement("w:outlineLvl")
    outline.set(qn("w:val"), str(level - 1))
    style.element.get_or_add_pPr().append(outline)


def _number_pages(footer: Any, right: bool) -> None:
    """Put "— 1 —" into a *footer*, in 四号 宋体, one character from the edge."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Pt(FOUR)
    for part in ("— ", None, " —"):
        run = paragraph.add_run(part or "")
        _set_font(run, "宋体", FOUR)
        if part is None:
            _add_page_field(run)


def _add_page_field(run: Any) -> None:
    """Add the field of the page's number to *run*."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind in ("begin", "PAGE", "separate", "1", "end"):
        if kind == "PAGE":
            element = OxmlElement("w:instrText")
            element.text = "PAGE"
        elif kind == "1":
            element = OxmlElement("w:t")
            element.text = "1"
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def _name_other_fonts(document: Any) -> None:
    """Name in the font table which fonts may stand in for those of the standard."""
    rows = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, others in FONTS.items()
    )
    for part in document.part.package.iter_parts():
        if str(part.partname) == FONT_TABLE:
            part._blob = re.sub(rb"</w:fonts>", f"{rows}</w:fonts>".encode(), part.blob)
