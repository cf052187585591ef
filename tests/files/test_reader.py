"""The contract of every reader: it returns the page of a file or the reason why the file is skipped, and never raises."""

import hashlib
import os
from pathlib import Path

import pytest

from index.document import Page
from index.files.content import LARGEST_FILE, Skipped
from index.files.discover import File, find
from index.files.reader import READERS, read

LINES = "# 社区治理\n\n今年以来，上城区积极探索治理新模式。\n“人在街区走、事在街区办”，大家都说好。\n"
SAMPLES = {  # a suffix -> a file of this kind that holds LINES
    ".txt": LINES.encode("gb18030"),
    ".text": LINES.replace("\n", "\r\n").encode("utf-8-sig"),
    ".md": LINES.encode(),
    ".markdown": LINES.encode("utf-16"),
    ".html": f"<html><body><pre>{LINES}</pre></body></html>".encode(),
    ".htm": f"<html><body><pre>{LINES}</pre></body></html>".encode("gb18030"),
}
SAMPLES |= dict.fromkeys(READERS.keys() - SAMPLES, LINES.encode())  # of a document's suffix, and a mere text; tests/documents has others
each_reader = pytest.mark.parametrize("suffix", READERS)


@each_reader
def test_a_page_has_the_text_of_its_file_the_given_name_and_the_digest_of_the_bytes(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"page{suffix}"
    path.write_bytes(SAMPLES[suffix])
    page = read(path, "2024/page")
    assert isinstance(page, Page)
    visible = page.text.strip(" ").removesuffix(" " * len("</pre></body></html>"))
    assert (visible, page.source, page.sha256) == (LINES, "2024/page", hashlib.sha256(SAMPLES[suffix]).hexdigest())
    assert page.markdown == (suffix in (".md", ".markdown"))


@each_reader
def test_the_suffix_is_found_and_read_in_capitals_too(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"PAGE{suffix.upper()}"
    path.write_bytes(SAMPLES[suffix])
    assert list(find([tmp_path])) == [File(path, path.name)]
    assert isinstance(read(path, "page"), Page)


@each_reader
@pytest.mark.parametrize("length", [0, 1, 2, 3, 10, 50])
def test_a_truncated_file_is_a_page_or_skipped_by_its_name(suffix: str, length: int, tmp_path: Path) -> None:
    path = tmp_path / f"page{suffix}"
    path.write_bytes(SAMPLES[suffix][:length])
    page = read(path, "page")
    assert page == Skipped("page", "empty") if not length else page.source == "page"


@each_reader
def test_bytes_that_are_no_document_are_skipped_with_a_reason(suffix: str, tmp_path: Path) -> None:
    for content in (bytes(range(256)) * 9, b"\x00" * 64, b"\x89PNG\r\n\x1a\n"):
        path = tmp_path / f"page{suffix}"
        path.write_bytes(content)
        page = read(path, "page")
        assert isinstance(page, Skipped)
        assert "not text" in page.reason


@each_reader
def test_a_file_over_the_limit_is_skipped_and_the_limit_is_named(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"page{suffix}"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    page = read(path, "page")
    assert isinstance(page, Skipped)
    assert "at most 8 MB" in page.reason


@each_reader
def test_what_is_gone_or_no_file_is_skipped_and_a_pipe_is_not_opened(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"page{suffix}"
    assert read(path, "page") == Skipped("page", "cannot be read: no such file or directory", "unreadable")
    os.mkfifo(path)
    assert read(path, "page") == Skipped("page", "not a file that can be read (a device, a pipe or a socket)", "unsuited")


def test_a_file_with_an_unknown_suffix_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "page.ocr"
    path.write_bytes(SAMPLES[".txt"])
    page = read(path, "page")
    assert isinstance(page, Page)
    assert page.text == LINES
