"""What a PDF cannot give is said in one line: scans, passwords, broken files; and no file stops the run or shows a traceback."""

from __future__ import annotations

import random

import pytest

from index.documents import pdf_files
from index.documents.extracted import Extracted, Refused
from index.documents.extraction import extract
from index.documents.pdf_files import extract_pdf
from tests.documents.made.make import HERE
from tests.documents.pdf_writer import PageOf, file_of, pdf
from tests.documents.test_pdf_layout import LAMP, ROAD, draw, said, typeset

MUTATED = 60  # files


def scan() -> PageOf:
    return PageOf().picture(0, 0, 595, 842)


def written() -> PageOf:
    page = PageOf()
    draw(page, 90, 100, typeset(ROAD, LAMP))
    return page


def test_a_scan_is_refused_with_what_to_do() -> None:
    with pytest.raises(Refused, match="2 of 3 pages are pictures without a text; run OCR"):
        extract_pdf(pdf(scan(), scan(), written()))


def test_of_a_document_with_some_scanned_pages_the_others_are_read_and_these_are_named() -> None:
    extracted = extract_pdf(pdf(written(), scan(), written(), scan(), written(), scan().text(290, 820, "— 6 —"), written()))
    assert said(extracted, "text") == [ROAD, LAMP] * 4
    assert len(extracted.notes) == 1
    assert "2, 4, 6" in extracted.notes[0] and "OCR" in extracted.notes[0]


def test_invisible_text_over_a_scan_is_read() -> None:
    page = scan()
    for row, (text, first) in enumerate(typeset(ROAD, LAMP)):
        page.text(90 + 24 * first, 100 + 18 * row, text, mode=3)
    assert said(extract_pdf(pdf(page))) == [ROAD, LAMP]


def test_an_empty_page_is_no_scan() -> None:
    extracted = extract_pdf(pdf(PageOf(), written(), PageOf()))
    assert said(extracted) == [ROAD, LAMP]
    assert extracted.notes == ()
    assert {spot.page for spot in extracted.spots} == {2}


def test_a_file_without_any_text_is_refused() -> None:
    with pytest.raises(Refused, match="no text"):
        extract_pdf(pdf(PageOf().rule(10, 10, 500, 500), PageOf()))


def test_a_file_without_pages_is_refused() -> None:
    with pytest.raises(Refused):
        extract_pdf(file_of([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 0 /Kids [] >>"]))


def test_too_many_pages_are_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_files, "MOST_PAGES", 4)
    with pytest.raises(Refused, match="5 pages, at most 4"):
        extract_pdf(pdf(*[written()] * 5))


def test_of_a_page_with_too_many_characters_the_first_are_read_and_the_page_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_files, "MOST_CHARACTERS", 40)
    extracted = extract_pdf(pdf(PageOf().text(90, 90, "青石村"), written()))
    assert "".join(said(extracted)).startswith("青石村" + ROAD[:30])
    assert len(extracted.notes) == 1 and ": 2" in extracted.notes[0]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"no pdf at all", b"\0" * 5000], ids=range(5))
def test_what_is_no_pdf_is_refused_in_one_line(content: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        extract_pdf(content)
    assert "\n" not in str(refusal.value) and "broken" in str(refusal.value)


def test_a_file_cut_in_half_is_read_or_refused() -> None:
    content = (HERE / "office_two_columns.pdf").read_bytes()
    for part in (0.2, 0.5, 0.9, 0.99):
        _read_or_refused(content[: int(part * len(content))])


def test_a_page_of_a_huge_size_and_one_of_none_are_read() -> None:
    huge, flat = PageOf(14400 * 50, 14400 * 50).text(90, 90, "青石村修路"), PageOf(0, 0).text(0, 0, "柳河村修井")
    assert said(extract_pdf(pdf(huge, flat)))[0].startswith("青石村修路")


def test_text_far_beyond_the_page_is_not_shown_and_not_read() -> None:
    page = written().text(90, -200, "裁切标记").text(900, 300, "青色版")
    assert said(extract_pdf(pdf(page))) == [ROAD, LAMP]


def test_the_same_file_gives_the_same_text() -> None:
    content = (HERE / "browser_two_columns.pdf").read_bytes()
    assert extract_pdf(content) == extract_pdf(content)


def test_mutated_files_are_read_or_refused_by_the_child_process() -> None:
    chance = random.Random(16)
    seeds = [pdf(written(), scan()), (HERE / "latex_two_columns.pdf").read_bytes(), (HERE / "locked_for_changes.pdf").read_bytes()]
    answers = [_read_or_refused(_mutated(chance.choice(seeds), chance), in_child=True) for _ in range(MUTATED)]
    assert {type(answer) for answer in answers} == {Extracted, Refused}
    reasons = {str(answer) for answer in answers if isinstance(answer, Refused)}
    assert not any("Traceback" in reason or "\n" in reason for reason in reasons)


def _read_or_refused(content: bytes, in_child: bool = False) -> Extracted | Refused:
    """Return what reading gives; a text that was read is wholly in its blocks, less the hyphens of divided words."""
    try:
        extracted = extract("pdf", content) if in_child else extract_pdf(content)
    except Refused as refused:
        return refused
    covered = [False] * len(extracted.text)
    for block in extracted.blocks:
        for start, end in block.spans:
            assert not any(covered[start:end])
            covered[start:end] = [True] * (end - start)
    assert {sign for sign, is_in in zip(extracted.text, covered, strict=True) if not is_in} <= set(" \t\n-\u00ad\u2010")
    return extracted


def _mutated(content: bytes, chance: random.Random) -> bytes:
    """Return *content* with bytes changed, a piece cut out, doubled or moved, or numbers made huge."""
    changed = bytearray(content)
    kind = chance.randrange(5)
    a, b = sorted(chance.sample(range(len(changed)), 2))
    if kind == 0:
        for _ in range(chance.choice((1, 20, 400))):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    elif kind == 1:
        del changed[a:]
    elif kind == 2:
        del changed[a : min(b, a + 2000)]
    elif kind == 3:
        changed[b:b] = changed[a : min(b, a + 5000)]
    else:
        for old in (b"/Count 2", b"/Length ", b"/W [1", b" Tf", b"/Kids [", b" 0 R", b"/Size "):
            if chance.random() < 0.5:
                changed = changed.replace(old, old + b"99999", chance.randrange(1, 4))
    return bytes(changed)
