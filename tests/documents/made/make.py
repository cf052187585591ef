"""Make the PDFs beside this file, each by a program that offices use, all of the same text: `python -m tests.documents.made.make`.

    invented pages of search/examples ──▶ chromium, LibreOffice, xelatex, reportlab ──▶ browser_*.pdf, office_*.pdf, latex_*.pdf, …

Needs chromium, soffice and xelatex (with ctex) on the path, the fonts Noto and AR PL SungtiL, python-docx and reportlab. What they make
differs from run to run by dates alone, so the files are kept in the repository.
"""

from __future__ import annotations

import html
import io
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PAGES = HERE.parents[2] / "search" / "examples"
TITLE = "青石简报"
ROWS = (("事项", "数量", "费用"), ("充电棚", "64处", "每度1元"), ("共享车位", "300个", "包月80元"), ("电梯", "9部", "一楼免缴"))
STYLE = """
    @page {size: 300pt 420pt; margin: 36pt}
    body {font-family: 'AR PL SungtiL GB'; font-size: 12pt}
    h1 {text-align: center}
    p {text-indent: 2em; margin: 0; line-height: 1.6; text-align: justify}
"""


def paragraphs() -> list[str]:
    """Return the paragraphs of the text of every file, in order."""
    pages = [PAGES / name for name in ("01_charging.txt", "02_parking.txt")]
    lines = [line for page in pages for line in page.read_text("utf-8").split("\n")]
    return [line for line in lines if len(line) > 50 and not line.startswith("（")]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = paragraphs()
        browser(folder / "browser_one_column", texts)
        browser(folder / "browser_two_columns", texts, "@page {size: 420pt 300pt} main {column-count: 2}")
        browser(folder / "browser_vertical", texts, "html {writing-mode: vertical-rl} table {display: none}")
        office(folder / "office_two_columns", texts, 2, 360)
        latex(folder / "latex_two_columns", texts, "twocolumn", r"\usepackage[a5paper]{geometry}")
        for made in folder.glob("*.pdf"):
            shutil.copy(made, HERE / made.name)
    _locked("secret", "locked.pdf")
    _locked("", "locked_for_changes.pdf")


def browser(path: Path, texts: Sequence[str], style: str = "") -> None:
    """Have chromium make `path.pdf`."""
    body = "".join(f"<p>{html.escape(text)}</p>" for text in texts)
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    table = f"<table style='border-collapse: collapse' border=1>{rows}</table>"
    page = path.with_suffix(".html")
    page.write_text(f"<!DOCTYPE html><meta charset=utf-8><style>{STYLE} {style}</style><h1>{TITLE}</h1><main>{body}</main>{table}", "utf-8")
    options = ["--headless", "--no-sandbox", "--no-pdf-header-footer", f"--print-to-pdf={path.with_suffix('.pdf')}"]
    subprocess.run(["chromium", *options, str(page)], check=True, capture_output=True)


def office(path: Path, texts: Sequence[str], columns: int = 1, height: float = 792) -> None:
    """Have LibreOffice make `path.pdf` out of a docx with a running head and a table; *height* of its pages in points."""
    from docx import Document
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document: Any = Document()
    style = document.styles["Normal"]
    style.font.size, style.font.name = Pt(12), "AR PL SungtiL GB"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "AR PL SungtiL GB")
    style.paragraph_format.space_after = Pt(0)
    document.add_paragraph().add_run(TITLE).font.size = Pt(22)
    for text in texts:
        document.add_paragraph(text).paragraph_format.first_line_indent = Pt(24)
    table = document.add_table(rows=0, cols=3, style="Table Grid")
    for row in ROWS:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text, cell.width = text, Pt(60)
    for column in table.columns:
        column.width = Pt(60)
    section = document.sections[0]
    number = (section._sectPr.xpath("./w:cols") or [OxmlElement("w:cols")])[0]
    number.set(qn("w:num"), str(columns))
    number.set(qn("w:space"), "425")
    section.page_height = Pt(height)
    section.header.paragraphs[0].text = "青石街道办事处"
    document.save(str(path.with_suffix(".docx")))
    made = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(path.parent), str(path.with_suffix(".docx"))]
    subprocess.run(made, check=True, capture_output=True)


def latex(path: Path, texts: Sequence[str], options: str = "", preamble: str = "") -> None:
    """Have xelatex make `path.pdf`."""
    rows = r" \\ \hline ".join(" & ".join(row) for row in ROWS)
    written = "\n\n".join("".join("\\" + sign if sign in "%&#$_{}" else sign for sign in text) for text in texts)
    path.with_suffix(".tex").write_text(
        rf"\documentclass[fontset=fandol,{options}]{{ctexart}}{preamble}\title{{{TITLE}}}\author{{}}\date{{}}"
        r"\begin{document}\maketitle "
        + f"\n{written}\n\n"
        + r"\begin{tabular}{|l|l|l|}\hline "
        + rows
        + r" \\ \hline\end{tabular}\end{document}",
        "utf-8",
    )
    command = ["xelatex", "-interaction=batchmode", "-output-directory", str(path.parent), str(path.with_suffix(".tex"))]
    subprocess.run(command, check=False, capture_output=True)


def _locked(password: str, name: str) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption(password, ownerPassword="owner", canModify=0), invariant=1)
    canvas.drawString(72, 720, "The village paved its mountain road in one autumn.")
    canvas.save()
    (HERE / name).write_bytes(file.getvalue())


if __name__ == "__main__":
    main()
