"""Files and folders to pages: nothing is left out in silence, and every encoding gives the same text."""

import os
from pathlib import Path

import pytest

from index.document import Page
from index.errors import BadInput
from index.files.decoding import decode
from index.files.discover import File, Skipped, find
from index.files.reader import LARGEST, read
from index.segmentation.articles import articles

SIMPLE = "今年以来，上城区积极探索治理新模式，将社区、商户吸纳进来。\n“人在街区走、事在街区办”，大家都说好。\n"
TRADITIONAL = "今年以來，我們學會了從無到有，將社區與商戶連結起來。\n「人在街區走、事在街區辦」，大家都說好。\n"


def sources(found: list[File | Skipped]) -> list[str]:
    return [one.source for one in found if isinstance(one, File)]


def reasons(found: list[File | Skipped]) -> dict[str, str]:
    return {one.source: one.reason for one in found if isinstance(one, Skipped)}


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
def test_big5_is_told_from_gb18030_by_what_makes_sense(text: str) -> None:
    assert decode(text.encode("gb18030")) == (text, "gb18030")
    if text is TRADITIONAL:
        assert decode(text.encode("big5")) == (text, "big5")


def test_an_english_page_with_curly_quotes_of_windows_is_read() -> None:
    text = "The council said: “We listened to every resident — and acted.” It took a café owner three years to be heard."
    assert decode(text.encode("cp1252")) == (text, "cp1252")


def test_a_page_cut_within_a_character_keeps_the_rest() -> None:
    assert decode((SIMPLE * 3).encode()[:-2]) == ((SIMPLE * 3)[:-2] + "\ufffd", "utf-8, damaged")


def test_only_line_ends_that_an_editor_counts_count(tmp_path: Path) -> None:
    page = page_of(tmp_path, "一\x0b二\x0c三\u2028四\u0085五\n六。".encode())
    assert isinstance(page, Page)
    assert page.text == "一 二 三 四 五\n六。"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (" \n\u3000\n".encode(), "empty"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"PK\x03\x04....", "zip"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (bytes(range(256)) * 9, "not text"),
        (b"\x00" * 64, "not text"),
    ],
)
def test_what_is_no_text_is_skipped_with_a_reason(tmp_path: Path, content: bytes, word: str) -> None:
    page = page_of(tmp_path, content)
    assert isinstance(page, Skipped)
    assert word in page.reason


def test_a_file_that_is_too_large_is_named_with_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    page = read(path, "a.txt")
    assert isinstance(page, Skipped)
    assert "at most 8 MB" in page.reason


def test_a_file_that_vanished_is_skipped(tmp_path: Path) -> None:
    page = read(tmp_path / "gone.txt", "gone.txt")
    assert isinstance(page, Skipped)
    assert "no such file" in page.reason


def test_folders_are_walked_in_order_and_everything_else_is_named(tmp_path: Path) -> None:
    for name in ("b.txt", "a.MD", "c.docx", "sub/z.text", "sub/y.markdown", ".hidden/x.txt", ".x.txt", "old/passages.db", "old/n.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("字。", encoding="utf-8")
    found = list(find([tmp_path]))
    assert sources(found) == ["a.MD", "b.txt", "sub/y.markdown", "sub/z.text"]
    assert list(reasons(found)) == ["c.docx"]


def test_a_file_given_by_name_is_read_whatever_its_suffix(tmp_path: Path) -> None:
    (tmp_path / "page.ocr").write_text("字。", encoding="utf-8")
    assert sources(list(find([tmp_path / "page.ocr"]))) == ["page.ocr"]


def test_names_are_composed(tmp_path: Path) -> None:
    (tmp_path / "cafe\u0301.txt").write_text("a", encoding="utf-8")
    assert sources(list(find([tmp_path]))) == ["caf\u00e9.txt"]


def test_one_file_given_twice_is_found_once(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(folder, encoding="utf-8")
    assert len(list(find([tmp_path / "one", tmp_path / "one" / "a.txt"]))) == 1
    assert sources(list(find([tmp_path / "one", tmp_path / "two"]))) == ["a.txt", "a.txt"]  # whoever keeps them tells them apart


def test_links_that_loop_leave_or_lead_nowhere_are_not_followed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "a.txt").write_text("字。", encoding="utf-8")
    (inside / "loop").symlink_to(inside, target_is_directory=True)
    (inside / "leaves").symlink_to(outside, target_is_directory=True)
    (inside / "nowhere.txt").symlink_to(tmp_path / "nothing")
    found = list(find([inside]))
    assert sources(found) == ["a.txt"]
    assert set(reasons(found)) == {"loop", "leaves", "nowhere.txt"}


def test_pipes_are_named_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert "pipe" in reasons(list(find([tmp_path])))["a.txt"]
    assert isinstance(read(tmp_path / "a.txt", "a.txt"), Skipped)


def test_a_path_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nothing: no such file or directory; name a file or a folder"):
        list(find([tmp_path / "nothing"]))


def test_what_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shut").mkdir(mode=0)
    scandir = os.scandir

    def refusing(folder: Path) -> object:  # as the system does for everyone but root, who may read everything
        if Path(folder).name == "shut":
            raise PermissionError(13, "Permission denied", str(folder))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refusing)
    assert "permission denied" in reasons(list(find([tmp_path])))["shut"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_although_some_characters_have_a_zero_byte_too(encoding: str) -> None:
    text = "一个小区，一家公司，一张网。" * 3  # `一` is U+4E00
    assert decode(text.encode(encoding)) == (text, encoding)
    english = "The council listened to every resident."
    assert decode(english.encode(encoding)) == (english, encoding)


def test_a_zero_byte_among_text_is_a_blank_and_the_page_is_read(tmp_path: Path) -> None:
    for encoding in ("utf-8", "gb18030"):
        page = page_of(tmp_path, (SIMPLE * 3 + "甲\x00乙。\n").encode(encoding))
        assert isinstance(page, Page)
        assert page.text == SIMPLE * 3 + "甲 乙。\n"
