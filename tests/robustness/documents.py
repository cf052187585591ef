"""Hostile documents: bombs made by hand, and damaged ones by chance. Each must be read or named with a reason, in bounded time.

A document that is read is cut into passages as well, and each passage must be what its citation says.
"""

from __future__ import annotations

import io
import random
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from index.document import Page
from index.files.content import Skipped
from index.files.reader import read
from index.passages import passages_of
from index.segmentation.articles import articles
from tests.documents.office.docx import OTHERS, W, cell, docx, numbered, p, style, table, zipped
from tests.documents.office.epub import CONTAINER, epub
from tests.documents.pdf_writer import PageOf, pdf
from tests.documents.xlsx import write_xlsx
from tests.robustness.table import Row
from tests.robustness.worlds import Worlds

MOST_SECONDS = 62  # for one document: the limit of its reader, and what is done with its text
LONGEST_COMPARED = 20_000  # characters of the lines of a passage: a page of one line has thousands of passages in it
ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
LAUGHS = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "哈哈哈哈">{ENTITIES}]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY e11 SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>'
STORY = ("关于修路的通知", "村里修了三公里的路，路灯也装好了，大家都说好。", "居民反映电动自行车没有地方充电，社区建了充电棚。")


def documents(world: Worlds, tries: int, seed: int) -> Row:
    """Read *tries* hostile documents, the bombs first."""
    row = Row(f"hostile documents ({len(bombs())} by hand)", "read or named, within a minute")
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for name, make in hostile_documents(seed, tries):
            path = Path(folder) / name
            path.write_bytes(make())
            start = time.monotonic()
            outcome, fault = outcome_of(path)
            slowest = max(slowest, time.monotonic() - start)
            row.count(outcome, fault and f"{name}, seed {seed}: {fault}")
            path.unlink()
    row.note = f"the slowest took {slowest:.1f} s"
    return row


def outcome_of(path: Path) -> tuple[str, str]:
    """Return what came of a document, and what of it must not be."""
    start = time.monotonic()
    try:
        page = read(path, path.name)
        if isinstance(page, Skipped):
            outcome = "its reader crashed" if "crashed" in page.reason else "named"
            fault = "" if page.reason and "\n" not in page.reason else repr(page.reason)
        else:
            outcome, fault = "read", fault_of(page)
    except Exception as error:  # of whatever kind: none must reach a person
        outcome, fault = "raised", f"{type(error).__name__}: {error}"
    took = time.monotonic() - start
    return outcome, fault or (f"it took {took:.0f} s" if took > MOST_SECONDS else "")


def fault_of(page: Page) -> str:
    """Return what is wrong with the passages of a page: each is the characters of its lines, less blanks."""
    lines = ["".join(line.split()) for line in page.text.split("\n")]
    for passage in passages_of(page, articles(page)):
        cited = "".join(line for first, last in passage.citation.lines for line in lines[first - 1 : last])
        characters = iter(cited)
        if len(cited) < LONGEST_COMPARED and not all(character in characters for character in "".join(passage.text.split())):
            return f"a passage that does not stand in its lines: {passage.text[:60]!r}"
    return ""


def hostile_documents(seed: int, tries: int) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield what makes *tries* documents, with the names of their files: all bombs, then sound ones that are damaged by chance."""
    chance = random.Random(seed)
    made = list(bombs().items())[:tries]
    yield from made
    sound = list(sound_documents().items())
    for number in range(len(made), tries):
        name, content = sound[number % len(sound)]
        damage = chance.choice(ZIP_DAMAGES if content.startswith(b"PK") else DAMAGES)
        yield f"{number}-{damage.__name__}-{name}", partial(damage, content, random.Random(f"{seed} {number}"))


def sound_documents() -> dict[str, bytes]:
    """Return a document of each kind."""
    rows = [["村", "事", "数"], *([f"{n}村", STORY[1 + n % 2], float(n)] for n in range(30))]
    with tempfile.TemporaryDirectory() as folder:
        workbook = write_xlsx(Path(folder) / "a.xlsx", {"台账": rows, "二": rows}).read_bytes()
    body = "".join(p(line, numbered(1)) for line in STORY * 5) + table(*("".join(cell(str(one)) for one in row) for row in rows))
    first, second = PageOf(), PageOf()
    first.lines(90, 90, STORY * 6)
    second.lines(90, 90, STORY)
    html = "".join(f"<p>{line}</p>" for line in STORY * 5)
    return {
        "a.pdf": pdf(first, second),
        "a.docx": docx(body, styles=style("a", "heading 1"), numbering=NUMBERING, header=p("内部")),
        "a.xlsx": workbook,
        "a.epub": epub({"a.xhtml": f"<h1>{STORY[0]}</h1>{html}", "b.xhtml": html}),
        "a.html": f"<html><head><title>{STORY[0]}</title></head><body>{html}</body></html>".encode(),
        "a.csv": "\n".join(f'{a},"{b}",{c}' for a, b, c in rows).encode("gb18030"),
    }


NUMBERING = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/>'
    '</w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)


# ---- damage by chance ---------------------------------------------------------------------------------------------------------------


def flipped(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 3, 30))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def repeated(content: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.sample(range(len(content)), 2))
    return content[:end] + content[start:end] * chance.choice((1, 2, 20)) + content[end:]


def exchanged(content: bytes, chance: random.Random) -> bytes:
    """Exchange a number in the file for a strange one."""
    digits = [place for place, byte in enumerate(content) if 48 <= byte <= 57]
    if not digits:
        return flipped(content, chance)
    place = chance.choice(digits)
    return content[:place] + chance.choice((b"-1", b"0", b"99999999", b"4294967296", b"1e99", b"")) + content[place + 1 :]


def inside(content: bytes, chance: random.Random) -> bytes:
    """Damage one file of an archive and pack it again."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice([name for name, inner in files.items() if len(inner) > 20])
    files[name] = chance.choice(DAMAGES)(files[name], chance)
    return zipped(files)


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (flipped, cut, repeated, exchanged)
ZIP_DAMAGES = (*DAMAGES, inside, inside, inside, inside)


# ---- bombs --------------------------------------------------------------------------------------------------------------------------


def bombs() -> dict[str, Callable[[], bytes]]:
    """Return what makes each bomb, by the name of its file."""
    body = f"<w:document {W} {OTHERS}><w:body>"
    deep = "<w:sdt><w:sdtContent>" * 100_000
    nested = p("x")
    for _ in range(40):
        nested = table(cell(nested + p("x")) + cell("y"), cell("z"))
    styles = style("a", "heading 1", '<w:basedOn w:val="b"/>') + style("b", "b", '<w:basedOn w:val="a"/>')
    linked = '<Relationship Id="x" Type="x/attachedTemplate" Target="http://127.0.0.1:9/t.dotm" TargetMode="External"/>'
    wide = "".join(f'<w:tc><w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr>{p("x")}</w:tc>' for _ in range(300))
    counted = NUMBERING.replace("%1、", "%1" * 5000).replace("chineseCounting", "lowerLetter")
    sheet = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData>'
    corners = sheet + '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 150_000))
    return {
        "bomb.docx": lambda: zipped({"word/document.xml": b"a" * (300 << 20)}),
        "ratio.docx": lambda: zipped({**parts(docx(p("x"))), "word/media/a.bin": bytes(60 << 20)}),
        "entries.docx": lambda: zipped({f"word/document{n}.xml": b"" for n in range(11_000)}),
        "laughs.docx": lambda: with_document(LAUGHS + f"{body}{p('<w:r><w:t>&e11;</w:t></w:r>')}</w:body></w:document>"),
        "outside.docx": lambda: with_document(OUTSIDE + f"{body}{p('<w:r><w:t>&e11;</w:t></w:r>')}</w:body></w:document>"),
        "deep.docx": lambda: with_document(body + deep),
        "nested.docx": lambda: docx(nested),
        "styles.docx": lambda: docx(p("x", '<w:pStyle w:val="a"/>'), styles=styles),
        "linked.docx": lambda: docx(p("x"), external=linked),
        "wide.docx": lambda: docx(f"<w:tbl><w:tr>{wide}</w:tr><w:tr>{wide}</w:tr></w:tbl>"),
        "counted.docx": lambda: docx("".join(p("x", numbered(1)) for _ in range(5000)), numbering=counted),
        "names.docx": lambda: zipped({**parts(docx(p("x"))), "../../../qianli-was-here": b"x", "/etc/x": b"x"}),
        "lines.docx": lambda: docx("<w:p/>" * 200_000),
        "sheet.docx": lambda: sound_documents()["a.xlsx"],
        "text.docx": lambda: b"PK\x03\x04" + "不是压缩包".encode() * 100,
        "password.xlsx": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600),
        "old.xls": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
        "corners.xlsx": lambda: with_sheet(corners),
        "laughs.xlsx": lambda: with_sheet(LAUGHS + sheet + '<row r="1"><c r="A1" t="str"><v>&e11;</v></c></row></sheetData></worksheet>'),
        "rows.xlsx": lambda: with_sheet(f"{sheet}{rows}</sheetData></worksheet>"),
        "formats.xlsx": lambda: with_sheet(sheet + '<row r="1"><c r="A1" s="0"><v>1e308</v></c></row></sheetData></worksheet>'),
        "laughs.epub": lambda: zipped({"META-INF/container.xml": (LAUGHS + CONTAINER).encode()}),
        "circle.epub": lambda: epub({f"a{n}.xhtml": "<p>x</p>" for n in range(3)}).replace(b"a1.xhtml", b"a0.xhtml"),
        "deep.epub": lambda: epub({"a.xhtml": "<div>" * 50_000 + "x"}),
        "deep.html": lambda: b"<html>" + b"<table><tr><td>" * 30_000 + b"x",
        "open.html": lambda: b"<html><body>" + b"<a href='" * 50_000,
        "quotes.csv": lambda: b'"a\n' * 60_000,
        "cells.csv": lambda: b"a,b\n" + b",".join(b"x" for _ in range(500_000)),
        "nothing.pdf": lambda: b"%PDF-1.7\n" + bytes(5000),
        "circle.pdf": lambda: of_objects("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>"),
        "many.pdf": lambda: of_objects(
            *("<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count 999999999/Kids[{'3 0 R ' * 9}]>>", "<</Type/Page>>")
        ),
        "arrays.pdf": lambda: of_objects("[" * 100_000),
        "large.pdf": lambda: of_objects(
            *("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>"),
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 1e30 1e30]/Contents 4 0 R>>",
            "<</Length 4294967295>>stream\nBT (x) Tj ET\nendstream",
        ),
        "stacked.pdf": lambda: of_objects(
            *("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Page/Parent 2 0 R/Contents 4 0 R>>"),
            f"<</Length 2000000>>stream\n{'q ' * 1_000_000}\nendstream",
        ),
    }  # fmt: skip


def parts(content: bytes) -> dict[str, bytes]:
    """Return the files of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_document(xml: str) -> bytes:
    """Return a docx with this XML as its body."""
    return zipped({**parts(docx(p("x"))), "word/document.xml": xml.encode()})


def with_sheet(xml: str) -> bytes:
    """Return a workbook with this XML as its first sheet."""
    files = parts(sound_documents()["a.xlsx"])
    name = next(name for name in files if "sheet1.xml" in name)
    return zipped({**files, name: xml.encode()})


def of_objects(*objects: str) -> bytes:
    """Return a PDF of these objects, without a table of where they are: readers search for them."""
    written = "".join(f"{number} 0 obj\n{one}\nendobj\n" for number, one in enumerate(objects, 1))
    return f"%PDF-1.7\n{written}trailer<</Root 1 0 R/Size {len(objects) + 1}>>\n%%EOF".encode()
