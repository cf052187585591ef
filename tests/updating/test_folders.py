"""Sources have the same names whatever was typed where: relative to the index's root, elsewhere from the named folder on."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index.engine.open import open_index
from index.engine.protocol import model_of
from index.errors import BadInput, DamagedIndex
from index.indexing import IndexReport, build, rehearse
from index.updating.folders import damage_of_record
from tests.toy import ToyEncoder

TOY = ToyEncoder()


def page(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text or f"{path.parent.name}的居民反映，{path.stem}号楼的楼道里停满了车。\n", "utf-8")
    return path


def run(root: Path, *paths: Path | str, prune: bool = False) -> IndexReport:
    """Index *paths*, or what was indexed before, in the index of *root*."""
    with open_index(root / ".qianli", create=model_of(TOY)) as index:
        return build([*map(Path, paths)] or None, index, TOY, prune=prune)


def sources(root: Path) -> dict[str, Path]:
    with open_index(root / ".qianli") as index:
        assert index.check() == []
        return {source: file.path for source, file in index.sources().items()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("2024/一.txt", "2024/七月/二.txt", "会议/三.txt"):
        page(tmp_path / "办公室" / name)
    return tmp_path / "办公室"


@pytest.mark.parametrize("here", ["", "2024", "2024/七月"])
def test_below_the_root_names_are_relative_to_the_root(root: Path, here: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / here)
    run(root, os.path.relpath(root / "2024"), os.path.relpath(root / "会议" / "三.txt"))
    assert set(sources(root)) == {"2024/一.txt", "2024/七月/二.txt", "会议/三.txt"}


def test_a_folder_that_holds_the_root_changes_no_name_below_the_root(root: Path) -> None:
    page(root.parent / "别处" / "四.txt")
    run(root, root.parent)
    assert {name for name in sources(root) if "三" in name or "四" in name} == {"会议/三.txt", f"{root.parent.name}/别处/四.txt"}


def test_elsewhere_names_begin_with_the_named_folder_in_any_order(root: Path, tmp_path: Path) -> None:
    for folder in ("甲/报纸", "乙/报纸"):
        page(tmp_path / folder / "一.txt", f"{folder}的食堂给老人送饭。\n")
    expected = {"报纸/一.txt": tmp_path / "乙/报纸/一.txt", "甲/报纸/一.txt": tmp_path / "甲/报纸/一.txt"}
    orders = [[tmp_path / "甲/报纸", tmp_path / "乙/报纸"], [tmp_path / "乙/报纸", tmp_path / "甲/报纸" / ".." / "报纸"]]
    for order in orders:
        shutil.rmtree(root / ".qianli", ignore_errors=True)
        run(root, *order)
        assert sources(root) == expected
    page(tmp_path / "甲/报纸/新.txt")
    run(root, tmp_path / "甲" / "报纸" / "新.txt")
    assert "甲/报纸/新.txt" in sources(root)  # a file that is named alone is called as its folder was


def test_a_link_to_a_folder_below_the_root_is_the_folder(root: Path, tmp_path: Path) -> None:
    (tmp_path / "链接").symlink_to(root / "2024")
    run(root, tmp_path / "链接")
    assert set(sources(root)) == {"2024/一.txt", "2024/七月/二.txt"}
    assert run(root, root / "2024") == IndexReport(unchanged=2)


def test_without_paths_all_that_was_named_is_refreshed_wherever_it_lies(root: Path, tmp_path: Path) -> None:
    elsewhere = page(tmp_path / "别处" / "四.txt")
    alone = page(tmp_path / "单独" / "记录.ocr")
    page(alone.with_name("不要.txt"))
    run(root, root / "2024", elsewhere.parent)
    run(root, alone)
    page(root / "2024" / "五.txt")
    elsewhere.write_text("改过了：食堂给老人送饭。\n", "utf-8")
    alone.write_text("改过了：河道清淤。\n", "utf-8")
    (root / "2024" / "一.txt").unlink()
    assert run(root) == IndexReport(added=1, changed=2, removed=1, unchanged=1, passages=3)
    assert set(sources(root)) == {"2024/五.txt", "2024/七月/二.txt", "别处/四.txt", "记录.ocr"}
    with pytest.raises(BadInput, match="nothing was indexed here yet"):
        run(tmp_path / "空")


def test_root_and_index_may_move_together(root: Path, tmp_path: Path) -> None:
    page(root / "会议" / "四.txt")
    run(root, root)
    (root / "会议" / "四.txt").unlink()
    page(root / "2024" / "一.txt", "改过了：食堂给老人送饭。\n")
    moved = root.rename(tmp_path / "新办公室")
    assert run(moved) == IndexReport(changed=1, removed=1, unchanged=2, passages=1)
    assert sources(moved) == {name: moved / name for name in ("2024/一.txt", "2024/七月/二.txt", "会议/三.txt")}


def test_a_rehearsal_says_what_a_run_does_and_writes_nothing(root: Path) -> None:
    assert rehearse([root], root / ".qianli").sources.added == ["2024/一.txt", "2024/七月/二.txt", "会议/三.txt"]
    assert not (root / ".qianli").exists()
    run(root, root)
    (root / "会议").rename(root / "座谈")
    page(root / "2024" / "一.txt", "改过了：食堂给老人送饭。\n")
    before = {path: path.read_bytes() for path in (root / ".qianli").rglob("*") if path.is_file() and path.suffix != ".db-shm"}
    planned = rehearse(None, root / ".qianli")
    assert {path: path.read_bytes() for path in before} == before
    assert planned.sources == run(root).sources
    assert planned.moved == planned.changed == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: "[]",
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("会议", "会馆"),
        lambda text: text.replace('"digest"', '"digesu"'),
        lambda text: "[" * 100_000,
    ],
)
def test_a_damaged_record_stops_a_run_with_one_line_and_can_be_removed(root: Path, damage: Callable[[str], str]) -> None:
    run(root, root / "会议", root / "2024")
    record, before = root / ".qianli" / "folders.json", sources(root)
    text = json.dumps(json.loads(record.read_text("utf-8")), ensure_ascii=False)
    record.write_text(damage(text), "utf-8")
    for paths in ((), (root,)):
        with pytest.raises(DamagedIndex, match=r"^[^\n]*folders\.json cannot be read; remove it[^\n]*$"):
            run(root, *paths)
    assert sources(root) == before
    with open_index(root / ".qianli") as index:
        assert [line for line in damage_of_record(index) if "folders.json" in line]
        record.unlink()
        assert damage_of_record(index) == []
    assert run(root, root).unchanged == 3
    assert sources(root) == before
