"""Text files become pages: every encoding and every kind of line end gives the same text, and a file that is no text says what it is."""

from pathlib import Path

import pytest

from index.document import Page
from index.files.content import Skipped
from index.files.decoding import decode
from index.files.reader import read
from index.segmentation.articles import articles

SIMPLE = "今年以来，上城区积极探索治理新模式，将社区、商户吸纳进来。\n“人在街区走、事在街区办”，大家都说好。\n"
TRADITIONAL = "今年以來，我們學會了從無到有，將社區與商戶連結起來。\n「人在街區走、事在街區辦」，大家都說好。\n"


def page_of(folder: Path, content: bytes, name: str = "a.txt") -> Page | Skipped:
    path = folder / name
    path.write_bytes(content)
    return read(path, name)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [(SIMPLE, code) for code in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "gbk", "gb2312")]
    + [(TRADITIONAL, code) for code in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "big5")],
)
def test_every_encoding_and_line_end_gives_the_same_paragraphs(tmp_path: Path, text: str, encoding: str, ends: str) -> None:
    page = page_of(tmp_path, text.replace("\n", ends).encode(encoding))
    assert isinstance(page, Page)
    assert page.text == text
    assert [p.text for a in articles(page) for p in a.paragraphs] == text.split("\n")[:2]


@pytest.mark.parametrize("text", [SIMPLE, TRADITIONAL])
def test_big5_and_gb18030_are_distinguished_by_which_of_them_reads_as_chinese(text: str) -> None:
    assert decode(text.encode("gb18030")) == (text, "gb18030")
    if text is TRADITIONAL:
        assert decode(text.encode("big5")) == (text, "big5")


def test_an_english_page_with_curly_quotes_of_windows_is_read() -> None:
    text = "The council said: “We listened to every resident — and acted.” It took a café owner three years to be heard."
    assert decode(text.encode("cp1252")) == (text, "cp1252")


def test_a_page_cut_within_a_character_keeps_all_whole_characters() -> None:
    assert decode((SIMPLE * 3).encode()[:-2]) == ((SIMPLE * 3)[:-2] + "\ufffd", "utf-8, damaged")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_byte_order_mark_is_recognised(encoding: str) -> None:
    text = "一个小区，一家公司，一张网。" * 3  # `一` is U+4E00
    assert decode(text.encode(encoding)) == (text, encoding)
    english = "The council listened to every resident."
    assert decode(english.encode(encoding)) == (english, encoding)


def test_only_line_ends_that_an_editor_counts_end_a_line(tmp_path: Path) -> None:
    page = page_of(tmp_path, "一\x0b二\x0c三\u2028四\u0085五\n六。".encode())
    assert isinstance(page, Page)
    assert page.text == "一 二 三 四 五\n六。"


def test_a_zero_byte_among_text_is_a_blank_and_the_page_is_read(tmp_path: Path) -> None:
    for encoding in ("utf-8", "gb18030"):
        page = page_of(tmp_path, (SIMPLE * 3 + "甲\x00乙。\n").encode(encoding))
        assert isinstance(page, Page)
        assert page.text == SIMPLE * 3 + "甲 乙。\n"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (" \n\u3000\n".encode(), "empty"),
        (b"%PDF-1.7\n...", "pdf"),
        (b"PK\x03\x04....", "zip"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"GIF89a", "GIF"),
        (b"RIFF....", "RIFF"),
        (b"II*\x00", "TIFF"),
        (b"MM\x00*", "TIFF"),
        (b"\x1f\x8b", "gzip"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"Rar!", "rar"),
        (b"SQLite format 3\x00", "SQLite"),
        (b"\x7fELF", "program"),
        (b"MIME-Version: 1.0", "MHTML"),
        (b"From: <Saved by Blink>", "MHTML"),
        (bytes(range(256)) * 9, "not text"),
        (b"\x00" * 64, "not text"),
    ],
)
def test_a_file_that_is_no_text_is_skipped_with_the_reason(tmp_path: Path, content: bytes, word: str) -> None:
    page = page_of(tmp_path, content)
    assert isinstance(page, Skipped)
    assert word in page.reason
