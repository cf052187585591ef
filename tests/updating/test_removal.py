"""`remove` takes out what is named, by path or by name, whether it still exists or not, and nothing else."""

import shutil
from pathlib import Path

import pytest

from index.engine.open import open_index
from index.engine.source_names import sources_named
from index.errors import BadInput
from index.indexing import IndexReport, Removal, remove
from tests.updating.test_folders import page, run, sources

NAMES = ["2024/一.txt", "2024/七月/二.txt", "会议/[甲].txt", "会议/一.txt", "会议/甲.txt"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in NAMES:
        page(tmp_path / name)
    run(tmp_path, tmp_path)
    return tmp_path


def removed(root: Path, *names: str) -> list[str]:
    with open_index(root / ".qianli") as index:
        removal = remove(names, index)
        assert index.check() == []
    assert set(sources(root)) == set(NAMES) - set(removal.removed)
    return removal.removed


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2024/一.txt", ["2024/一.txt"]),
        ("二.txt", ["2024/七月/二.txt"]),
        ("2024", ["2024/一.txt", "2024/七月/二.txt"]),
        ("./2024/", ["2024/一.txt", "2024/七月/二.txt"]),
        ("七月", ["2024/七月/二.txt"]),
        ("会议/[甲].txt", ["会议/[甲].txt"]),
        ("会议/[甲乙].txt", ["会议/甲.txt"]),
        ("*甲*", ["会议/[甲].txt", "会议/甲.txt"]),
        ("{root}/会议/一.txt", ["会议/一.txt"]),
        ("{root}/会议", ["会议/[甲].txt", "会议/一.txt", "会议/甲.txt"]),
        ("{root}/*/一.txt", ["2024/一.txt", "会议/一.txt"]),
        ("没有", []),
    ],
)
@pytest.mark.parametrize("exist", [True, False])
def test_a_name_means_the_same_whether_the_files_exist_or_not(
    root: Path, name: str, expected: list[str], exist: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    if not exist:
        shutil.rmtree(root / "2024")
        shutil.rmtree(root / "会议")
    assert removed(root, name.format(root=root)) == expected


def test_a_path_is_read_from_the_folder_where_it_is_typed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "会议")
    assert removed(root, "一.txt", "../2024/七月") == ["2024/七月/二.txt", "会议/一.txt"]


def test_a_name_that_may_be_several_is_refused_and_nothing_is_removed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    with pytest.raises(BadInput, match=r"一\.txt may be 2024/一\.txt, 会议/一\.txt; give more of the path"):
        removed(root, "2024", "一.txt")
    assert set(sources(root)) == set(NAMES)


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_name_is_not_the_folder_where_it_is_typed(name: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    with pytest.raises(BadInput, match="a name is empty, and nothing was removed"):
        removed(root, "会议/一.txt", name)
    assert set(sources(root)) == set(NAMES)


def test_a_removed_folder_is_not_refreshed_any_more_and_a_removed_file_of_a_folder_is(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    other = page(root.parent / "别处" / "四.txt").parent
    run(root, other)
    with open_index(root / ".qianli") as index:
        assert remove([str(other), "会议/一.txt"], index) == Removal(["别处/四.txt", "会议/一.txt"][::-1], ["会议/一.txt"], [])
    assert run(root) == IndexReport(added=1, unchanged=4, passages=1)


def test_a_removed_folder_that_lies_elsewhere_may_be_called_by_its_name(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    run(root, page(root.parent / "盘" / "报纸" / "四.txt").parent)
    with open_index(root / ".qianli") as index:
        assert remove(["报纸"], index) == Removal(["报纸/四.txt"], [], [])
    assert run(root) == IndexReport(unchanged=5)


def test_an_exact_name_is_a_name_before_it_is_a_pattern() -> None:
    assert sources_named("会议/[甲].txt", NAMES) == ["会议/[甲].txt"]
    assert sources_named("[甲].txt", NAMES) == ["会议/[甲].txt"]
    assert sources_named("[甲].tx?", NAMES) == ["会议/甲.txt"]


def test_a_pattern_is_first_one_of_whole_names() -> None:
    names = ["2024/一.txt", "旧/2024/一.txt", "旧/2024/三.txt"]
    assert sources_named("2024/*", names) == ["2024/一.txt"]
    assert sources_named("2024/三*", names) == ["旧/2024/三.txt"]
    assert sources_named("*", names) == names
    assert sources_named("cafe\u0301", ["caf\u00e9"]) == ["caf\u00e9"]
    assert sources_named("", names) == []
