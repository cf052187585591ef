"""Finding files: folders are walked in the order of names, and every file that is not read is named with the reason."""

import os
from pathlib import Path

import pytest

from index.errors import BadInput
from index.files.content import Skipped
from index.files.discover import File, find
from index.files.reader import read


def sources(files: list[File | Skipped]) -> list[str]:
    return [file.source for file in files if isinstance(file, File)]


def reasons(files: list[File | Skipped]) -> dict[str, str]:
    return {file.source: file.reason for file in files if isinstance(file, Skipped)}


def test_folders_are_walked_in_order_and_every_other_file_is_named(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a.MD",
        "c.zip",
        "~$c.docx",
        "sub/z.text",
        "sub/y.markdown",
        ".hidden/x.txt",
        ".x.txt",
        "old/passages.db",
        "old/n.txt",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("字。", encoding="utf-8")
    files = list(find([tmp_path]))
    assert sources(files) == ["a.MD", "b.txt", "sub/y.markdown", "sub/z.text"]
    assert list(reasons(files)) == ["c.zip"]


def test_a_file_given_by_name_is_read_whatever_its_suffix(tmp_path: Path) -> None:
    (tmp_path / "page.ocr").write_text("字。", encoding="utf-8")
    assert sources(list(find([tmp_path / "page.ocr"]))) == ["page.ocr"]


def test_source_names_are_in_composed_unicode(tmp_path: Path) -> None:
    (tmp_path / "cafe\u0301.txt").write_text("a", encoding="utf-8")
    assert sources(list(find([tmp_path]))) == ["caf\u00e9.txt"]


def test_one_file_given_twice_is_found_once(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(folder, encoding="utf-8")
    assert len(list(find([tmp_path / "one", tmp_path / "one" / "a.txt"]))) == 1
    assert sources(list(find([tmp_path / "one", tmp_path / "two"]))) == ["a.txt", "a.txt"]  # the index gives them different names


def test_links_that_loop_or_leave_the_folder_or_lead_nowhere_are_skipped(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "a.txt").write_text("字。", encoding="utf-8")
    (inside / "loop").symlink_to(inside, target_is_directory=True)
    (inside / "leaves").symlink_to(outside, target_is_directory=True)
    (inside / "nowhere.txt").symlink_to(tmp_path / "nothing")
    files = list(find([inside]))
    assert sources(files) == ["a.txt"]
    assert set(reasons(files)) == {"loop", "leaves", "nowhere.txt"}


def test_a_pipe_is_skipped_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert "pipe" in reasons(list(find([tmp_path])))["a.txt"]
    assert isinstance(read(tmp_path / "a.txt", "a.txt"), Skipped)


def test_a_missing_path_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nothing: no such file or directory; name a file or a folder"):
        list(find([tmp_path / "nothing"]))


def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shut").mkdir(mode=0)
    scandir = os.scandir

    def refusing(folder: Path) -> object:  # root may read everything, so the refusal is simulated
        if Path(folder).name == "shut":
            raise PermissionError(13, "Permission denied", str(folder))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refusing)
    assert "permission denied" in reasons(list(find([tmp_path])))["shut"]
