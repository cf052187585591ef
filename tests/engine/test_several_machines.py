"""Several machines write one index on a server: none takes the files of another for gone, or for moved, and each updates its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import count
from pathlib import Path

import pytest

from index.engine.cluster.address import parsed
from index.engine.cluster.connection import connect
from index.engine.open import open_index
from index.engine.protocol import Address, model_of
from index.errors import BadInput, DamagedIndex
from index.indexing import IndexReport, build, copy_index, named_before, remove
from index.updating import folders
from tests.engine.server import Server
from tests.toy import ToyEncoder

TOY = ToyEncoder()
NUMBERS = count()
Machine = Callable[[str], AbstractContextManager[Path]]


@pytest.fixture
def address(cluster: Server) -> str:
    return cluster.address(f"machines-{next(NUMBERS)}")


@pytest.fixture
def on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Return what makes this process one on the machine of a name: its disk is there, a folder of this name, and that of no other."""

    @contextmanager
    def machine(name: str) -> Iterator[Path]:
        disk, away = tmp_path / name, tmp_path / f"{name} (away)"
        if away.exists():
            away.rename(disk)
        with monkeypatch.context() as patch:
            patch.setattr(folders, "_this_machine", lambda: name)
            yield disk
        disk.rename(away)

    return machine


def write(disk: Path, **texts: str) -> Path:
    folder = disk / "报纸"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(f"{text}\n", "utf-8")
    return folder


def run(address: Address, *paths: Path, prune: bool = False) -> IndexReport:
    with open_index(address, create=model_of(TOY)) as index:
        return build(paths or None, index, TOY, prune=prune)


def paths_of(address: Address) -> set[Path]:
    with open_index(address) as index:
        assert index.check() == []
        return {file.path for file in index.sources().values()}


def test_each_updates_its_own_folders(address: str, on: Machine, tmp_path: Path) -> None:
    with on("甲") as disk:
        run(address, write(disk, 一="河道清淤，村民满意。", 二="电梯加装，老人下楼方便。"))
    with on("乙") as disk:
        with pytest.raises(BadInput, match="nothing was indexed here yet"):
            run(address)
        report = run(address, write(disk, 三="菜市场搬迁，摊位够了。"))
        assert (report.sources.added, report.sources.removed, report.unchanged) == (["乙/报纸/三.txt"], [], 0)
        (disk / "报纸" / "三.txt").write_text("菜市场搬迁，摊位又少了。\n", "utf-8")
        report = run(address, prune=True)
        assert (len(report.sources.changed), report.sources.removed, report.unchanged) == (1, [], 0)
    with on("甲") as disk:
        (disk / "报纸" / "二.txt").unlink()
        report = run(address)
        assert (report.sources.removed, report.unchanged) == (["报纸/二.txt"], 1)
        with open_index(address) as index:
            assert named_before(index) == [disk / "报纸"]
    assert paths_of(address) == {tmp_path / "甲" / "报纸" / "一.txt", tmp_path / "乙" / "报纸" / "三.txt"}


def test_the_same_files_on_two_machines_did_not_move(address: str, on: Machine, tmp_path: Path) -> None:
    texts = {"一": "河道清淤，村民满意。", "二": "电梯加装，老人下楼方便。", "三": "菜市场搬迁，摊位够了。"}
    with on("甲") as disk:
        run(address, write(disk, **texts, 四="只在甲处的一篇，说的是路灯。"))
    with on("乙") as disk:
        report = run(address, write(disk, **texts))
        assert (len(report.sources.added), report.sources.moved, report.sources.removed) == (3, [], [])
    with on("甲"):
        assert run(address).unchanged == 4
    assert len(paths_of(address)) == 7


def test_a_folder_that_moved_on_one_machine_is_followed_there(address: str, on: Machine, tmp_path: Path) -> None:
    with on("甲") as disk:
        run(address, write(disk, 一="河道清淤，村民满意。"))
    with on("乙") as disk:
        folder = write(disk, 一="河道清淤，村民满意。")
        run(address, folder)
        report = run(address, folder.rename(disk / "旧报"))
        assert (len(report.sources.moved), report.sources.removed) == (1, [])
    assert paths_of(address) == {tmp_path / "甲" / "报纸" / "一.txt", tmp_path / "乙" / "旧报" / "一.txt"}


def test_a_folder_that_both_see_is_one_folder(address: str, on: Machine, tmp_path: Path) -> None:
    shared = write(tmp_path / "共享", 一="河道清淤，村民满意。", 二="电梯加装，老人下楼方便。")
    with on("甲") as disk:
        write(disk)
        assert len(run(address, shared).sources.added) == 2
    with on("乙") as disk:
        write(disk)
        with pytest.raises(BadInput, match="nothing was indexed here yet"):
            run(address)
        assert run(address, shared).unchanged == 2
        (shared / "二.txt").unlink()
        assert len(run(address).sources.removed) == 1
    with on("甲"):
        assert run(address).unchanged == 1


def test_a_part_of_another_machines_folder_may_be_named_here(address: str, on: Machine, tmp_path: Path) -> None:
    shared = tmp_path / "共享"
    page = write(shared, 一="河道清淤，村民满意。") / "一.txt"
    with on("甲") as disk:
        write(disk)
        run(address, shared)
    with on("乙") as disk:
        write(disk)
        assert run(address, page.parent).unchanged == 1
        page.write_text("河道又淤了，村民不满。\n", "utf-8")
        assert run(address).sources.changed == ["共享/报纸/一.txt"]


@pytest.mark.parametrize(("name", "back"), [("报纸", []), ("报纸/*", ["报纸/一.txt"])], ids=["a folder", "all files in it"])
def test_what_one_machine_removes_of_another(name: str, back: list[str], address: str, on: Machine) -> None:
    with on("甲") as disk:
        folder = write(disk, 一="河道清淤，村民满意。")
        run(address, folder)
    with on("乙") as disk:
        write(disk)
        with open_index(address) as index:
            removal = remove([name], index)
            assert (removal.removed, removal.coming_back) == (["报纸/一.txt"], back)
    with on("甲"):
        if back:  # the folder was not removed, so that new files in it are found
            assert run(address).sources.added == back
        else:
            with pytest.raises(BadInput, match="nothing was indexed here yet"):
                run(address)


def test_a_copy_in_a_folder_goes_with_its_root_to_another_machine(address: str, on: Machine, tmp_path: Path) -> None:
    with on("甲") as disk:
        run(address, write(disk, 一="河道清淤，村民满意。"))
        copy_index(address, disk / ".qianli")
    (tmp_path / "甲 (away)").rename(tmp_path / "丙")
    with on("丙") as disk:
        write(disk, 二="电梯加装，老人下楼方便。")
        report = run(disk / ".qianli")
        assert (len(report.sources.added), report.sources.removed, report.unchanged) == (1, [], 1)
        assert paths_of(disk / ".qianli") == {disk / "报纸" / "一.txt", disk / "报纸" / "二.txt"}


def test_a_damaged_record_is_named_and_can_be_removed(cluster: Server, address: str, on: Machine) -> None:
    with on("甲") as disk:
        folder = write(disk, 一="河道清淤，村民满意。")
        run(address, folder)
        with open_index(address) as index:
            index.write_note(folders.NOTE, "{")
        with pytest.raises(DamagedIndex, match=r"^the note folders of .* \(a row of the table qianli_notes\) cannot be read; remove it"):
            run(address)
        name = parsed(address).name
        with closing(connect(parsed(address))) as opened:
            opened.run("DELETE FROM qianli_notes WHERE name = %s AND note = %s", name, folders.NOTE)
        assert run(address, folder).unchanged == 1


def test_a_copy_keeps_whose_the_folders_are(address: str, on: Machine, tmp_path: Path) -> None:
    with on("甲") as disk:
        folder = write(disk, 一="河道清淤，村民满意。")
        run(tmp_path / ".qianli", folder)
        copy_index(tmp_path / ".qianli", address)
        assert run(address).unchanged == 1
    with on("乙") as disk:
        run(address, write(disk, 二="电梯加装，老人下楼方便。"))
        copy_index(address, tmp_path / "copied" / ".qianli")
        report = run(tmp_path / "copied" / ".qianli", prune=True)
        assert (report.unchanged, report.sources.removed) == (1, [])
    assert len(paths_of(tmp_path / "copied" / ".qianli")) == 2
