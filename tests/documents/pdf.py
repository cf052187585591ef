"""PDFs for tests, written out by hand: a page for each list of lines, in a Chinese font that is not embedded."""

from collections.abc import Sequence

WIDTH, HEIGHT, LEFT, TOP, SIZE, LEADING = 420, 595, 60, 80, 12, 20  # points


def pdf(pages: Sequence[Sequence[str]], first_printed: int | None = None) -> bytes:
    """Return a PDF with these lines on its pages; *first_printed* is the number that is printed on the first page."""
    font = (
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts "
        "[<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 0 >> >>] >>"
    )
    labels = f"/PageLabels << /Nums [0 << /S /D /St {first_printed} >>] >>" if first_printed else ""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {labels} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} /MediaBox [0 0 {WIDTH} {HEIGHT}] >>",
        font,
    ]
    for number, lines in enumerate(pages):
        shown = "".join(
            f"1 0 0 1 {LEFT} {HEIGHT - TOP - LEADING * row} Tm <{line.encode('utf-16-be').hex()}> Tj\n" for row, line in enumerate(lines)
        )
        stream = f"BT /F1 {SIZE} Tf\n{shown}ET"
        objects.append(f"<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R >>")
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    content, offsets = b"%PDF-1.4\n", []
    for number, written in enumerate(objects, 1):
        offsets.append(len(content))
        content += f"{number} 0 obj\n{written}\nendobj\n".encode()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n"
    return content + f"{end}startxref\n{len(content)}\n%%EOF\n".encode()
