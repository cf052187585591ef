"""A PDF written by hand, a few hundred bytes a page: every character stands where a test puts it.

Places are in points from the left upper corner, as citations give them. The fonts are in no file: pdfium knows their characters.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

A4 = (595.0, 842.0)
SONG, DOWN, HEI, LATIN, BOLD = "Song", "Down", "Hei", "Latin", "Bold"  # Down runs from top to bottom, Latin has letters of one width
FONTS = {
    SONG: ("STSong-Light", "UniGB-UCS2-H"),
    DOWN: ("STSong-Light", "UniGB-UCS2-V"),
    HEI: ("SimHei", "UniGB-UCS2-H"),
    LATIN: ("Courier", None),
    BOLD: ("Helvetica-Bold", None),
}


@dataclass
class PageOf:
    """A page that is being written. *turned*: by how many degrees it is shown turned clockwise. *crop*: left, bottom, right, top."""

    width: float = A4[0]
    height: float = A4[1]
    turned: int = 0
    crop: tuple[float, float, float, float] | None = None
    drawn: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, size: float = 12, font: str = SONG, mode: int = 0, matrix: str = "1 0 0 1") -> PageOf:
        """Write *text* from (x, y) on, the base line of its first character; *mode* 3 is invisible; *matrix* turns it."""
        code = text.encode("utf-16-be" if FONTS[font][1] else "latin-1").hex()
        self.drawn.append(f"BT /{font} {size} Tf {mode} Tr {matrix} {x} {self.height - y} Tm <{code}> Tj ET")
        return self

    def lines(
        self, x: float, y: float, lines: Sequence[str], size: float = 12, leading: float = 18, indent: float = 0, font: str = SONG
    ) -> float:
        """Write *lines* below each other, the first one indented, and return where the next one would stand."""
        for number, line in enumerate(lines):
            self.text(x + (0 if number else indent), y, line, size, font)
            y += leading
        return y

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> PageOf:
        self.drawn.append(f"0.5 w {x0} {self.height - y0} m {x1} {self.height - y1} l S")
        return self

    def grid(self, xs: Sequence[float], ys: Sequence[float]) -> PageOf:
        """Draw the lines of a table."""
        for x in xs:
            self.rule(x, ys[0], x, ys[-1])
        for y in ys:
            self.rule(xs[0], y, xs[-1], y)
        return self

    def picture(self, x0: float, y0: float, x1: float, y1: float) -> PageOf:
        self.drawn.append(f"q {x1 - x0} 0 0 {y1 - y0} {x0} {self.height - y1} cm /Grey Do Q")
        return self


def pdf(*pages: PageOf, labels: str = "") -> bytes:
    """Return the file of *pages*; *labels*: the value of /PageLabels."""
    objects: list[bytes] = [b"", b""]  # the catalogue and the tree of the pages come last
    fonts = []
    for name, (base, encoding) in FONTS.items():
        fonts.append(f"/{name} {len(objects) + 1} 0 R")
        objects += [one.encode() for one in _font(base, encoding, len(objects) + 1)]
    picture = len(objects) + 1
    grey = b"/Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\n\x80\nendstream"
    objects.append(b"<< /Type /XObject /Subtype /Image " + grey)
    kids = []
    for page in pages:
        content = zlib.compress("\n".join(page.drawn).encode())
        objects.append(b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        crop = f"/CropBox [{' '.join(map(str, page.crop))}]" if page.crop else ""
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {page.width} {page.height}] {crop} /Rotate {page.turned}"
            f" /Contents {len(objects)} 0 R /Resources << /Font << {' '.join(fonts)} >> /XObject << /Grey {picture} 0 R >> >> >>".encode()
        )
        kids.append(f"{len(objects)} 0 R")
    objects[0] = f"<< /Type /Catalog /Pages 2 0 R {'/PageLabels ' + labels if labels else ''} >>".encode()
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>".encode()
    return file_of(objects)


def file_of(objects: Sequence[bytes], trailer: str = "") -> bytes:
    """Return a file of these objects, the first of which is its catalogue."""
    written = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    last = f"trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{len(written)}\n%%EOF\n"
    return written + f"xref\n0 {size}\n0000000000 65535 f \n{table}{last}".encode()


def _font(base: str, encoding: str | None, number: int) -> list[str]:
    """Return the objects of a font, the first of which is to be object *number*; half the Latin characters of a Chinese font are narrow."""
    if encoding is None:
        return [f"<< /Type /Font /Subtype /Type1 /BaseFont /{base} /Encoding /WinAnsiEncoding >>"]
    return [
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{base} /Encoding /{encoding} /DescendantFonts [{number + 1} 0 R] >>",
        f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /{base} /DW 1000 /W [1 95 500] /FontDescriptor {number + 2} 0 R"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>",
        f"<< /Type /FontDescriptor /FontName /{base} /Flags 4 /FontBBox [0 -120 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120"
        " /CapHeight 880 /StemV 80 >>",
    ]
