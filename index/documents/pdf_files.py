"""Read a PDF with pdfium (extra `documents`): the characters of its pages with their boxes, and out of them its text.

bytes ──▶ pdfium ──▶ PdfPage: characters, ruled lines ──▶ index/documents/pdf: columns, lines, paragraphs ──▶ Extracted, or Refused

pdfium knows characters, not words: spaces, lines and their order are decided here, by where the characters stand.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from index.document import Box
from index.documents.extracted import Extracted, Refused
from index.documents.pdf.characters import UNKNOWN, Character, is_wide, repaired
from index.documents.pdf.page import MIDDLE, PdfPage, framed
from index.documents.pdf.text import extracted_text
from index.messages import say

MOST_PAGES = 3000  # a page takes some 100 kB until its document is read
MOST_CHARACTERS = 100_000  # of one page; a newspaper's page has 15,000
MOST_OBJECTS = 20_000  # drawn things of a page that are looked at for ruled lines; a map has more
MOST_NESTED = 4  # forms within forms that are searched for ruled lines
THINNEST_BOX = 3.0  # points: what is thinner is a line
FEWEST_CHARACTERS = 20  # of a page that has a text
PICTURE_OF_A_SCAN = 0.5  # of a page: with a picture as large, and no text, it is a scan
UNREADABLE = 0.5  # of the characters: where the fonts of as many do not say which they are, the text is none
ENDING = 3.0  # points that a character may stand out of its page
PASSWORD = 4  # an error of pdfium
BOLD = 600  # weight of a font
BOLD_NAME = re.compile(r"bold|black|heavy|demi|hei(?!sei|an)|黑", re.IGNORECASE)  # SimHei, STHeiti: in Chinese what is bold in Latin


def extract_pdf(content: bytes) -> Extracted:
    """Return the text of a PDF. Raise Refused where it has none that could be read: a password, a scan, a broken file, too many pages."""
    with opened(content) as (document, version):
        pages = list(_pages(document))
    scanned = [page.number for page in pages if _is_scan(page)]
    characters = [character.text for page in pages for character in page.characters]
    if len(scanned) * 2 > len(pages):
        raise Refused(say("a scan: {scanned} of {pages} pages are pictures without a text; run OCR on it first",
                          scanned=len(scanned), pages=len(pages)))  # fmt: skip
    if not any(map(str.strip, characters)):
        if all(page.is_broken for page in pages):
            raise _broken()
        raise Refused(say("no text: its {pages} pages are empty or drawn; run OCR on it first", pages=len(pages)))
    if sum(map(_is_unknown, characters)) > UNREADABLE * len(characters):
        raise Refused(say("its fonts do not say which characters they draw; run OCR on it first"))
    return extracted_text(pages, f"pypdfium2 {version}", tuple(_notes(pages, scanned)))


def _is_scan(page: PdfPage) -> bool:
    return len(page.characters) < FEWEST_CHARACTERS and page.pictured > PICTURE_OF_A_SCAN


def _notes(pages: Sequence[PdfPage], scanned: Sequence[int]) -> Iterator[str]:
    """Yield what of a document was not read."""
    broken = [page.number for page in pages if page.is_broken]
    cut = [page.number for page in pages if page.is_cut]
    if scanned:
        yield say("pages without a text, which are pictures or drawn: {pages}; run OCR to read them as well", pages=_numbers(scanned))
    if broken:
        yield say("pages that are broken and were not read: {pages}", pages=_numbers(broken))
    if cut:
        yield say("pages of which only the first {most} characters were read: {pages}", most=MOST_CHARACTERS, pages=_numbers(cut))


def _numbers(numbers: Sequence[int]) -> str:
    """Return ascending *numbers* as they are printed.

    >>> _numbers([1, 2, 3, 7])
    '1-3, 7'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _broken() -> Refused:
    return Refused(say("no PDF that can be read: broken or cut off; open it in a PDF program and save it anew"))


def _is_unknown(text: str) -> bool:
    return text == UNKNOWN or "\ue000" <= text <= "\uf8ff"


@contextmanager
def opened(content: bytes) -> Iterator[tuple[Any, str]]:
    """Yield the document and the version of pypdfium2."""
    try:
        import pypdfium2 as pdfium  # an extra
    except ImportError:
        raise Refused(say('pypdfium2, which reads PDF, is not installed; install it with: {command}',
                          command='pip install "qianli-precedents[documents]"')) from None  # fmt: skip
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == PASSWORD or "assword" in str(error):
            raise Refused(say("locked with a password; save it without one")) from None
        raise _broken() from None
    try:
        pages = len(document)
        if not pages:
            raise Refused(say("a PDF without pages"))
        if pages > MOST_PAGES:
            raise Refused(say("too large: {pages} pages, at most {most} are read; split it", pages=pages, most=MOST_PAGES))
        yield document, str(pdfium.version.PYPDFIUM_INFO)
    finally:
        document.close()


class _Shown(NamedTuple):
    """How a page is shown: *box* is what is shown of its own plane, *turned* how often by 90 degrees clockwise."""

    box: Box  # left, bottom, right, top
    turned: int
    width: float
    height: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the page's own plane is shown, in points from the left upper corner."""
        left, bottom, right, top = self.box
        if self.turned == 0:
            return x - left, top - y
        if self.turned == 1:
            return y - bottom, x - left
        if self.turned == 2:
            return right - x, y - bottom
        return top - y, right - x

    def rectangle(self, left: float, bottom: float, right: float, top: float) -> Box:
        x0, y0 = self.point(left, bottom)
        x1, y1 = self.point(right, top)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _pages(document: Any) -> Iterator[PdfPage]:
    """Yield the pages of *document* one by one, each closed when it is read."""
    import pypdfium2.raw as raw

    fonts = _Fonts()
    for number in range(len(document)):
        page = raw.FPDF_LoadPage(document.raw, number)
        if not page:
            yield PdfPage(number + 1, None, 0.0, 0.0, [], [], 0.0, is_broken=True)
            continue
        try:
            yield _page(document, page, number, fonts)
        finally:
            raw.FPDF_ClosePage(page)


def _page(document: Any, page: Any, number: int, fonts: _Fonts) -> PdfPage:
    import pypdfium2.raw as raw

    fonts.of_page.clear()
    bounds = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page, bounds)
    turned = raw.FPDFPage_GetRotation(page) % 4
    box = (bounds.left, bounds.bottom, bounds.right, bounds.top)
    width, height = abs(box[2] - box[0]), abs(box[3] - box[1])
    shown = _Shown(box, turned, *((height, width) if turned % 2 else (width, height)))
    text = raw.FPDFText_LoadPage(page)
    try:
        characters = [*_characters(text, shown, fonts)] if text else []
        is_cut = bool(text) and raw.FPDFText_CountChars(text) > MOST_CHARACTERS
    finally:
        if text:
            raw.FPDFText_ClosePage(text)
    rules, pictured = _drawn(page, shown)
    label = document.get_page_label(number) or None
    return PdfPage(number + 1, label, shown.width, shown.height, characters, rules, pictured, is_cut=is_cut)


class _Style(NamedTuple):
    """What the characters of one object of text share; *frame* is the side to which they run, *size* the height of their font in points."""

    frame: int
    size: float
    font: int


def _characters(text: Any, shown: _Shown, fonts: _Fonts) -> Iterator[Character]:
    """Yield the characters of a page in the order of the file, without those that pdfium adds and those beyond the page's edges."""
    import pypdfium2.raw as raw

    unicode_of, object_of, is_generated = raw.FPDFText_GetUnicode, raw.FPDFText_GetTextObject, raw.FPDFText_IsGenerated
    box_of, origin_of = raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetCharOrigin
    bounds, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    last, style = None, _Style(0, 1.0, 0)
    half = ""  # of a character that is given as two surrogates
    for index in range(min(raw.FPDFText_CountChars(text), MOST_CHARACTERS)):
        code = unicode_of(text, index)
        if code in (10, 13, 32) and is_generated(text, index):
            continue
        read = chr(code) if 0 < code < 0x110000 else UNKNOWN
        if 0xD800 <= code < 0xDC00:
            half = read
            continue
        if half and 0xDC00 <= code < 0xE000:
            read = chr(0x10000 + ((ord(half) - 0xD800) << 10) + code - 0xDC00)
        half = ""
        character = repaired(read)
        if not character:
            continue
        pointer = ctypes.addressof(item.contents) if (item := object_of(text, index)) else None
        if pointer != last or pointer is None:
            last, style = pointer, _style(text, index, item, shown, fonts)
        box_of(text, index, bounds)
        origin_of(text, index, x, y)
        placed = _placed(character, style, shown, bounds, shown.point(x.value, y.value))
        if placed is not None:
            yield placed


def _placed(character: str, style: _Style, shown: _Shown, bounds: Any, origin: tuple[float, float]) -> Character | None:
    """Return the character where it is shown, None for one beyond the edges of the page."""
    box = shown.rectangle(bounds.left, bounds.bottom, bounds.right, bounds.top)
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    if not (-ENDING <= x <= shown.width + ENDING and -ENDING <= y <= shown.height + ENDING):
        return None
    u0, _, u1, _ = framed(box, style.frame, shown.width, shown.height)
    start, base = framed((*origin, *origin), style.frame, shown.width, shown.height)[:2]
    if is_wide(character) and u1 - u0 < style.size:  # a box as narrow as the drawing
        u0, u1 = min(u0, start), max(u1, min(start + style.size, u0 + 2 * style.size))
    return Character(character, style.frame, u0, u1, base - MIDDLE * style.size, style.size, style.font, box)


def _style(text: Any, index: int, item: Any, shown: _Shown, fonts: _Fonts) -> _Style:
    import pypdfium2.raw as raw

    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text, index, matrix)
    size = raw.FPDFText_GetFontSize(text, index) * (math.hypot(matrix.c, matrix.d) or 1.0)
    quarter = round(-math.atan2(matrix.b, matrix.a) / (math.pi / 2))  # clockwise, in quarters
    font = raw.FPDFTextObj_GetFont(item) if item else None
    return _Style((quarter + shown.turned) % 4, round(abs(size), 2) or 1.0, fonts.number(font) if font else 0)


class _Fonts:
    """The fonts of a document by number, from 1: an odd one is bold. What stands for a font in pdfium is good for one page."""

    def __init__(self) -> None:
        self._by_name: dict[tuple[str, int], int] = {}
        self.of_page: dict[int, int] = {}

    def number(self, font: Any) -> int:
        import pypdfium2.raw as raw

        address = ctypes.addressof(font.contents)
        if address not in self.of_page:
            name = ctypes.create_string_buffer(128)
            raw.FPDFFont_GetBaseFontName(font, name, 128)
            plain = name.value.decode("latin-1", "replace")
            plain = plain[7:] if plain[6:7] == "+" else plain  # without the mark of a subset
            weight = raw.FPDFFont_GetWeight(font)
            bold = weight >= BOLD or BOLD_NAME.search(plain) is not None
            self.of_page[address] = 2 * self._by_name.setdefault((plain, weight), len(self._by_name) + 1) + bold
        return self.of_page[address]


def _drawn(page: Any, shown: _Shown) -> tuple[list[Box], float]:
    """Return the ruled lines of a page, and the share of it that its pictures cover."""
    import pypdfium2.raw as raw

    rules: list[Box] = []
    pictured, seen = 0.0, 0
    sides = [ctypes.c_float() for _ in range(4)]
    forms: list[tuple[Any, int, Any]] = [(page, 0, None)]  # a page or a form, how deep it is nested, and where it puts what it holds
    for holder, depth, matrix in forms:
        count = raw.FPDFFormObj_CountObjects(holder) if depth else raw.FPDFPage_CountObjects(holder)
        for index in range(max(0, min(count, MOST_OBJECTS - seen))):
            seen += 1
            item = raw.FPDFFormObj_GetObject(holder, index) if depth else raw.FPDFPage_GetObject(holder, index)
            kind = raw.FPDFPageObj_GetType(item)
            if kind == raw.FPDF_PAGEOBJ_FORM and depth < MOST_NESTED:
                forms.append((item, depth + 1, _matrix(item, matrix)))
            if kind not in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE) or not raw.FPDFPageObj_GetBounds(item, *sides):
                continue
            box = shown.rectangle(*_moved([side.value for side in sides], matrix))
            if kind == raw.FPDF_PAGEOBJ_IMAGE:
                across, down = min(box[2], shown.width) - max(box[0], 0.0), min(box[3], shown.height) - max(box[1], 0.0)
                pictured += max(0.0, across) * max(0.0, down)
            elif min(box[2] - box[0], box[3] - box[1]) < THINNEST_BOX or _is_frame(item):
                rules.append(box)
    return rules, pictured / max(1.0, shown.width * shown.height)


def _is_frame(item: Any) -> bool:
    """Whether a path is a rectangle of which the edges are drawn."""
    import pypdfium2.raw as raw

    mode, stroke = ctypes.c_int(), ctypes.c_int()
    return raw.FPDFPath_CountSegments(item) in (4, 5) and bool(raw.FPDFPath_GetDrawMode(item, mode, stroke)) and bool(stroke.value)


def _matrix(item: Any, outer: Any) -> tuple[float, ...]:
    """Return the matrix by which a form puts what it holds on the page; *outer* is that of the form around it."""
    import pypdfium2.raw as raw

    own = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, own)
    a, b, c, d, e, f = own.a, own.b, own.c, own.d, own.e, own.f
    if outer is None:
        return a, b, c, d, e, f
    A, B, C, D, E, F = outer
    return a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D, e * A + f * C + E, e * B + f * D + F


def _moved(box: list[float], matrix: Any) -> Box:
    """Return *box* (left, bottom, right, top) as *matrix* moves it."""
    left, bottom, right, top = box
    if matrix is None:
        return left, bottom, right, top
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
    ys = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
    return min(xs), min(ys), max(xs), max(ys)
