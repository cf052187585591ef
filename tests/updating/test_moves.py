"""A renamed folder is moved; a folder whose pages vanished all at once is a question, and nothing is removed."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.engine.open import open_index
from index.errors import BadInput
from index.indexing import IndexReport, build
from index.updating.moves import Below
from tests.toy import ToyEncoder
from tests.updating.test_folders import page, run, sources


class Unwilling(ToyEncoder):
    """An encoder for what must not be embedded again."""

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        raise AssertionError(f"embedded again: {texts}")


def run_without_embedding(root: Path, *paths: Path) -> IndexReport:
    with open_index(root / ".qianli") as index:
        return build([*paths], index, Unwilling())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for number in range(1, 13):
        page(tmp_path / "2023" / "上半年" / f"{number}.txt")
    run(tmp_path, tmp_path / "2023")
    return tmp_path


def test_a_renamed_folder_is_moved_although_only_its_new_name_is_given(root: Path) -> None:
    (root / "2023").rename(root / "2024")
    report = run_without_embedding(root, root / "2024")
    assert report == IndexReport(moved=12)
    assert report.sources.moved[0] == ("2023/上半年/1.txt", "2024/上半年/1.txt")
    assert sources(root) == {f"2024/上半年/{n}.txt": root / "2024" / "上半年" / f"{n}.txt" for n in range(1, 13)}
    assert run(root) == IndexReport(unchanged=12)  # the old name is not looked for any more


def test_what_was_edited_or_deleted_on_the_way_is_not_there_twice(root: Path) -> None:
    (root / "2023").rename(root / "2024")
    page(root / "2024" / "上半年" / "3.txt", "改过了：食堂给老人送饭。\n")
    (root / "2024" / "上半年" / "4.txt").unlink()
    report = run(root, root / "2024")
    assert (report.moved, report.added, report.changed, report.removed) == (10, 0, 1, 1)
    assert set(sources(root)) == {f"2024/上半年/{n}.txt" for n in range(1, 13) if n != 4}


def test_a_folder_may_move_below_another_root(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("盘") / "档案"
    shutil.move(root / "2023", elsewhere)
    assert run_without_embedding(root, elsewhere) == IndexReport(moved=12)
    assert set(sources(root)) == {f"档案/上半年/{n}.txt" for n in range(1, 13)}


def test_a_copy_is_no_move(root: Path) -> None:
    shutil.copytree(root / "2023", root / "副本")
    assert run_without_embedding(root, root / "副本") == IndexReport(added=12)
    assert len(sources(root)) == 24


def test_one_page_copied_out_of_a_share_that_is_gone_takes_no_other_page_along(root: Path) -> None:
    page(root / "桌面" / "1.txt", (root / "2023" / "上半年" / "1.txt").read_text("utf-8"))
    (root / "2023").rename(root / ".未连接")
    assert run_without_embedding(root, root / "桌面") == IndexReport(moved=1)
    assert set(sources(root)) == {"桌面/1.txt", *(f"2023/上半年/{n}.txt" for n in range(2, 13))}


def empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def lose_seven(folder: Path) -> None:
    for path in sorted(folder.glob("**/*.txt"))[:7]:
        path.unlink()


@pytest.mark.parametrize(
    ("loss", "says", "left"),
    [
        (empty, "is empty, and held 12 pages", 0),
        (shutil.rmtree, "is not there, and held 12 pages", 0),
        (lose_seven, "7 of the 12 pages in .* are gone", 5),
    ],
)
def test_pages_that_are_gone_all_at_once_stay_until_somebody_says_that_they_may_go(root: Path, loss, says: str, left: int) -> None:
    page(root / "会议" / "新.txt")
    run(root, root / "会议")
    loss(root / "2023")
    page(root / "会议" / "又.txt")
    for paths in ([], [root / "2023", root / "会议"]):
        with pytest.raises(BadInput, match=f"{says}; nothing was changed.*--prune"):
            run(root, *paths)
        assert len(sources(root)) == 13
    report = run(root, prune=True)
    assert (report.added, report.removed) == (1, 12 - left)
    assert len(sources(root)) == 2 + left
    assert run(root) == IndexReport(unchanged=2 + left)


def test_a_share_that_came_up_empty_inside_the_named_folder_is_noticed(root: Path) -> None:
    for number in range(40):
        page(root / "会议" / f"{number}.txt")
    run(root, root)
    empty(root / "2023")
    with pytest.raises(BadInput, match="2023 is empty, and held 12 pages"):
        run(root, root)


def test_few_pages_and_half_of_many_may_be_deleted_without_a_question(root: Path) -> None:
    for path in sorted((root / "2023").glob("*/*.txt"))[:6]:
        path.unlink()
    assert run(root).removed == 6
    for number in range(1, 8):
        page(root / "小" / f"{number}.txt")
    run(root, root / "小")
    for number in range(1, 7):
        (root / "小" / f"{number}.txt").unlink()
    assert run(root).removed == 6


def test_pages_that_left_one_folder_for_another_are_not_missed(root: Path) -> None:
    run(root, root)
    (root / "归档").mkdir()
    for path in (root / "2023" / "上半年").iterdir():
        path.rename(root / "归档" / path.name)
    assert run(root) == IndexReport(moved=12)


def test_a_file_that_was_named_alone_is_removed_once_it_is_deleted(root: Path) -> None:
    alone = page(root / "会议" / "三.ocr")
    page(root / "会议" / "四.txt")
    run(root, alone)
    alone.unlink()
    assert run(root) == IndexReport(removed=1, unchanged=12)


def test_below_climbs_to_the_top() -> None:
    below = Below([Path("/甲/乙"), Path("/丙.txt")])
    inside = ["/甲/乙", "/甲/乙/丁.txt", "/甲/乙/戊/丁.txt", "/甲/乙丙/丁.txt", "/甲/丁.txt", "/丙.txt", "/"]
    assert [below(Path(path)) for path in inside * 2] == [True, True, True, False, False, True, False] * 2
