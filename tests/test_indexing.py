"""Indexing: new, changed, unchanged, vanished and unreadable files, and an index that gets another model."""

import os
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from index.engine.open import model_at, open_index
from index.engine.protocol import model_of
from index.errors import BadInput, DamagedIndex, OtherModel
from index.indexing import IndexReport, Progress, build, embed_again, embedded_text, rebuild_index
from search.results import citation_fields
from tests.toy import ToyEncoder

TOY = ToyEncoder()
TEXT = "标题在上面\n\n居民反映小区里没有地方给电动自行车充电，楼道里停满了车。\n\n社区建了集中充电点，停车问题也解决了。\n"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "报纸"
    folder.mkdir()
    (folder / "一.txt").write_text(TEXT, "utf-8")
    (folder / "二.md").write_text("# 河道\n\n河道里的垃圾由河长组织清理，每周一次，村民参加。\n", "utf-8")
    return folder


def run(folder: Path, *paths: Path) -> IndexReport:
    with open_index(folder, create=model_of(TOY)) as index:
        return build(paths, index, TOY)


def texts(folder: Path) -> dict[str, list[str]]:
    by_source: dict[str, list[str]] = {}
    with open_index(folder) as index:
        for _, passage in index.every_passage():
            by_source.setdefault(passage.citation.source, []).append(passage.text)
    return by_source


def ids(folder: Path) -> dict[str, str]:
    with open_index(folder) as index:
        return {passage.text: passage.citation.id for _, passage in index.every_passage()}


def test_a_second_run_adds_only_changes_and_removes_vanished_files(pages: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ix"
    assert run(folder, pages) == IndexReport(added=2, passages=3)
    assert run(folder, pages) == IndexReport(unchanged=2)
    before = ids(folder)
    (pages / "一.txt").write_text(TEXT + "\n新添的一段，讲的是食堂怎样给老人送饭上门。\n", "utf-8")
    assert run(folder, pages) == IndexReport(changed=1, unchanged=1, passages=1)  # the other passages are not embedded again
    after = ids(folder)
    assert {text: after[text] for text in before} == before  # paragraphs that did not change keep their ids
    (pages / "二.md").unlink()
    assert run(folder, pages) == IndexReport(removed=1, unchanged=1)
    assert set(texts(folder)) == {"报纸/一.txt"}


def test_a_file_with_a_new_time_but_the_same_text_is_not_embedded_again(pages: Path, tmp_path: Path) -> None:
    run(tmp_path / "ix", pages)
    os.utime(pages / "一.txt", (1, 1))
    assert run(tmp_path / "ix", pages) == IndexReport(unchanged=2)
    assert run(tmp_path / "ix", pages) == IndexReport(unchanged=2)


def test_indexing_one_folder_leaves_the_others_alone(pages: Path, tmp_path: Path) -> None:
    other = tmp_path / "别处"
    other.mkdir()
    (other / "三.txt").write_text("食堂给八十岁以上的老人送饭，每餐补贴三元。\n", "utf-8")
    run(tmp_path / "ix", pages)
    assert run(tmp_path / "ix", other) == IndexReport(added=1, passages=1)
    assert set(texts(tmp_path / "ix")) == {"报纸/一.txt", "报纸/二.md", "别处/三.txt"}


def test_files_with_the_same_name_in_two_folders_keep_their_names(pages: Path, tmp_path: Path) -> None:
    other = tmp_path / "别处"
    other.mkdir()
    (other / "一.txt").write_text("食堂给八十岁以上的老人送饭，每餐补贴三元。\n", "utf-8")
    run(tmp_path / "ix", pages)
    run(tmp_path / "ix", other)
    assert set(texts(tmp_path / "ix")) == {"报纸/一.txt", "报纸/二.md", "别处/一.txt"}
    assert run(tmp_path / "ix", pages, other) == IndexReport(unchanged=3)


def test_a_file_that_is_reached_by_two_paths_is_indexed_once(pages: Path, tmp_path: Path) -> None:
    run(tmp_path / "ix", pages)
    (tmp_path / "link").symlink_to(pages)
    for path in (pages / ".." / pages.name, tmp_path / "link", tmp_path / "link" / "一.txt"):
        assert run(tmp_path / "ix", path).added == 0
    assert sorted(texts(tmp_path / "ix")) == ["报纸/一.txt", "报纸/二.md"]
    run(tmp_path / "other", tmp_path / "link")
    assert run(tmp_path / "other", pages) == IndexReport(unchanged=2)


@pytest.mark.parametrize("seconds", [-(10**10), -1, 0, 10**10])
def test_a_file_with_an_impossible_time_is_read(seconds: int, pages: Path, tmp_path: Path) -> None:
    try:
        os.utime(pages / "一.txt", (seconds, seconds))
    except (OSError, OverflowError):
        pytest.skip("this file system has no such time")
    assert run(tmp_path / "ix", pages) == IndexReport(added=2, passages=3)
    (pages / "一.txt").write_text(TEXT.replace("停车问题", "停电问题"), "utf-8")
    os.utime(pages / "一.txt", (seconds, seconds))
    run(tmp_path / "ix", pages)
    assert run(tmp_path / "ix", pages) == IndexReport(unchanged=2)


def test_a_file_that_is_no_text_is_reported_and_the_others_are_read(pages: Path, tmp_path: Path) -> None:
    (pages / "图.png").write_bytes(b"\x89PNG\r\n")
    (pages / "假.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (pages / "空.txt").write_bytes(b"")
    report = run(tmp_path / "ix", pages)
    assert report.added == 2
    assert sorted(skipped.source for skipped in report.skipped) == ["报纸/假.txt", "报纸/图.png", "报纸/空.txt"]
    assert all(skipped.reason for skipped in report.skipped)


def test_the_passages_of_a_file_that_cannot_be_read_now_stay(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path / "ix", pages)
    (pages / "一.txt").write_text("变了。" + TEXT, "utf-8")
    original = Path.open

    def refuse(self: Path, *arguments: object, **options: object) -> object:
        if self.name == "一.txt":
            raise PermissionError(13, "Permission denied")
        return original(self, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "open", refuse)  # root may read everything, so the refusal is simulated
    report = run(tmp_path / "ix", pages)
    assert (report.removed, [skipped.source for skipped in report.skipped]) == (0, ["报纸/一.txt"])
    assert len(texts(tmp_path / "ix")["报纸/一.txt"]) == 2


def test_the_passages_of_a_page_that_became_empty_are_removed(pages: Path, tmp_path: Path) -> None:
    run(tmp_path / "ix", pages)
    (pages / "一.txt").write_text("", "utf-8")
    assert run(tmp_path / "ix", pages).removed == 1
    assert set(texts(tmp_path / "ix")) == {"报纸/二.md"}


def test_a_missing_path_changes_nothing(pages: Path, tmp_path: Path) -> None:
    run(tmp_path / "ix", pages)
    with pytest.raises(BadInput, match="没有"):
        run(tmp_path / "ix", pages, tmp_path / "没有")
    assert len(texts(tmp_path / "ix")) == 2


class OtherEncoder(ToyEncoder):
    name = "other"
    fingerprint = "2"


def test_another_model_is_refused_and_a_rebuild_with_it_needs_no_sources(pages: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ix"
    run(folder, pages)
    before = texts(folder)
    with open_index(folder) as index, pytest.raises(OtherModel, match=r"made with the model toy, not other.*--rebuild --model other"):
        build([pages], index, OtherEncoder())
    (pages / "一.txt").unlink()
    rebuild_index(folder, OtherEncoder())
    assert texts(folder) == before
    with open_index(folder) as index:
        assert index.model.name == "other"
        assert index.check() == []


class Mirrored(ToyEncoder):
    name = "mirrored"
    fingerprint = "3"

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        return -super().encode_passages(texts)


def test_embedding_again_waits_for_another_writer_and_embeds_what_it_added(pages: Path, tmp_path: Path) -> None:
    folder, lines = tmp_path / "ix", []
    run(folder, pages)
    with open_index(folder) as other, open_index(folder) as index, ExitStack() as writing:
        writing.enter_context(other.writing())

        def let_the_other_finish(line: str) -> None:
            lines.append(line)
            writing.close()
            (pages / "三.txt").write_text("食堂给八十岁以上的老人送饭，每餐补贴三元。\n", "utf-8")
            run(folder, pages)

        embed_again(index, Mirrored(), Progress(waiting=let_the_other_finish), wait=60)
        passages = dict(index.every_passage())
        assert index.vectors([*passages]) == pytest.approx(
            Mirrored().encode_passages([embedded_text(p) for p in passages.values()]), abs=1e-3
        )
        assert (len(lines), len(passages), index.model.name, index.check()) == (1, 4, "mirrored", [])


def test_headings_that_lead_to_no_paragraph_are_passages_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "页.md").write_text("# 只有标题\n\n## 还有小标题\n", "utf-8")
    assert run(tmp_path / "ix", tmp_path / "页.md") == IndexReport(added=1, passages=2)


def test_the_title_helps_the_match_and_is_not_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 小区充电难题\n\n社区与物业一起想办法，三个月建成了二十处，大家都说好。\n", "utf-8")
    (tmp_path / "b.md").write_text("# 其他\n\n社区与物业一起想办法，三个月建成了三十处，大家都说好。\n", "utf-8")
    run(tmp_path / "ix", tmp_path)
    with open_index(tmp_path / "ix") as index:
        dense, lexical = index.nearest(TOY.encode_passages(["充电"]), 1), index.matching([["充电"]], 5)
        for (ranking,) in (dense, lexical):
            (passage,) = index.passages(ranking.keys.tolist())
            assert passage.citation.source == "a.md"
            assert "充电" not in passage.text


class Counting(ToyEncoder):
    """An encoder that remembers which texts it embedded."""

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        self.embedded += texts
        return super().encode_passages(texts)


def again(folder: Path, *paths: Path) -> tuple[IndexReport, list[str]]:
    """Index again; return the report and the texts that were embedded."""
    encoder = Counting()
    with open_index(folder) as index:
        return build(paths, index, encoder), encoder.embedded


def test_a_renamed_file_is_moved_and_not_embedded_again(pages: Path, tmp_path: Path) -> None:
    run(tmp_path / "ix", pages)
    before = texts(tmp_path / "ix")
    (pages / "2024").mkdir()
    (pages / "一.txt").rename(pages / "2024" / "三.txt")
    assert again(tmp_path / "ix", pages) == (IndexReport(moved=1, unchanged=1), [])
    assert texts(tmp_path / "ix") == {"报纸/2024/三.txt": before["报纸/一.txt"], "报纸/二.md": before["报纸/二.md"]}
    with open_index(tmp_path / "ix") as index:
        (ranking,) = index.nearest(TOY.encode_passages(["充电"]), 1)
        assert index.passages(ranking.keys.tolist())[0].citation.source == "报纸/2024/三.txt"
        assert index.check() == []


def test_only_the_new_paragraph_of_a_changed_page_is_embedded(pages: Path, tmp_path: Path) -> None:
    run(tmp_path / "ix", pages)
    new = "食堂给高龄老人送饭，每餐补贴三元，志愿者每天上门。"
    (pages / "一.txt").write_text(TEXT.replace("\n\n社区", f"\n\n{new}\n\n社区"), "utf-8")
    report, embedded = again(tmp_path / "ix", pages)
    assert report == IndexReport(changed=1, unchanged=1, passages=1)
    assert [text.endswith(new) for text in embedded] == [True]


def test_the_vector_of_a_damaged_row_is_not_used_for_another_page(pages: Path, tmp_path: Path) -> None:
    run(tmp_path / "ix", pages)
    with open_index(tmp_path / "ix") as index:
        passages = [passage for _, passage in index.every_passage()]
    connection = sqlite3.connect(tmp_path / "ix" / "passages.db")
    connection.execute("UPDATE passages SET paragraph = 99 WHERE text LIKE '社区建了%'")
    connection.commit()
    connection.close()
    with open_index(tmp_path / "ix") as index, index.writing() as writer:
        known = dict(zip([passage.text[:4] for passage in passages], writer.known_vectors(passages), strict=True))
    assert {text: vector is None for text, vector in known.items()} == {"居民反映": False, "社区建了": True, "河道里的": False}


def test_the_model_of_an_index_is_known_without_opening_it(pages: Path, tmp_path: Path) -> None:
    assert model_at(tmp_path / "ix") is None
    run(tmp_path / "ix", pages)
    for path in (tmp_path / "ix").glob("generation-*/*"):
        path.unlink() if path.is_file() else None  # none of these files is read
    assert model_at(tmp_path / "ix") == model_of(TOY)
    connection = sqlite3.connect(tmp_path / "ix" / "passages.db")
    connection.execute("UPDATE state SET value = 'another' WHERE key = 'model'")
    connection.commit()
    connection.close()
    with pytest.raises(DamagedIndex, match=r"passages\.db does not agree"):
        model_at(tmp_path / "ix")


def test_a_change_within_the_resolution_of_file_times_is_noticed(pages: Path, tmp_path: Path) -> None:
    page = pages / "一.txt"
    run(tmp_path / "ix", pages)
    status = page.stat()
    page.write_text(TEXT.replace("停车问题", "停电问题"), "utf-8")  # as long as before
    os.utime(page, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert run(tmp_path / "ix", pages).changed == 1
    assert "停电问题" in "".join(texts(tmp_path / "ix")["报纸/一.txt"])


def test_a_file_that_is_older_than_its_indexing_is_not_opened(pages: Path, tmp_path: Path) -> None:
    for page in pages.iterdir():
        os.utime(page, (1, 1))
    run(tmp_path / "ix", pages)
    opened: list[str] = []
    recording = True
    sys.addaudithook(
        lambda event, about: opened.append(str(about[0])) if recording and event == "open" else None
    )  # an audit hook cannot be removed
    assert run(tmp_path / "ix", pages) == IndexReport(unchanged=2)
    recording = False
    assert [name for name in opened if name.endswith(("一.txt", "二.md"))] == []
    assert any(name.endswith("writer.json") for name in opened)


def test_a_change_of_a_sidecar_within_the_resolution_of_file_times_is_noticed(pages: Path, tmp_path: Path) -> None:
    page, beside = pages / "一.txt", pages / "一.txt.articles.json"
    os.utime(page, (1, 1))
    beside.write_text('[{"title": "甲", "paragraphs": [{"lines": [[3, 3]]}]}]', "utf-8")
    os.utime(beside, (1, 1))
    run(tmp_path / "ix", pages)
    beside.write_text('[{"title": "乙", "paragraphs": [{"lines": [[3, 3]]}]}]', "utf-8")
    os.utime(beside, (1, 1))
    assert run(tmp_path / "ix", pages).changed == 1
    with open_index(tmp_path / "ix") as index:
        assert {passage.citation.article for _, passage in index.every_passage()} == {"乙", "河道"}


def test_a_citation_says_where_its_source_lay_when_it_was_read(pages: Path, tmp_path: Path) -> None:
    run(tmp_path / "ix", pages)
    with open_index(tmp_path / "ix") as index:
        paths = {passage.citation.path for _, passage in index.every_passage()}
        assert paths == {str(pages / "一.txt"), str(pages / "二.md")}
        for _, passage in index.every_passage():
            assert citation_fields(passage.citation)["path"] == passage.citation.path
            assert str(passage.citation).count(str(pages)) == 0  # a citation for people names the source alone


def test_progress_knows_from_the_first_report_about_how_many_passages_there_will_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the time that is left can be shown, although pages are read a few at a time."""
    monkeypatch.setattr("index.updating.update.WRITTEN_AT_ONCE", 4)
    (tmp_path / "页").mkdir()
    for number in range(20):
        (tmp_path / "页" / f"{number:02}.txt").write_text(f"第{number:02}号楼的居民反映楼道里停满了车，社区建了充电点。\n", "utf-8")
    reported: list[tuple[int, int]] = []
    with open_index(tmp_path / "ix", create=model_of(TOY)) as index:
        build([tmp_path / "页"], index, TOY, Progress(embedded=lambda done, of: reported.append((done, of))))
    assert (reported[0], reported[-1]) == ((0, 20), (20, 20))
    assert {of for _, of in reported} == {20}
