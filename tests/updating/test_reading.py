"""Pages are read and cut in worker processes as they are in this one: the same rows, names, reports and reasons, in the same order."""

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.document import Passage
from index.encoders.open import open_encoder
from index.encoders.static import StaticEncoder
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.files.content import unreadable
from index.indexing import IndexReport, Workers, build, embedded_text, rehearse
from index.messages import speaking
from index.updating import update
from index.updating.reading import Wanted, chunks_of
from tests.toy import ToyEncoder

TOY = ToyEncoder()
WORDS = [
    "社区",
    "居民",
    "电瓶车",
    "充电",
    "楼道",
    "河道",
    "垃圾",
    "食堂",
    "老人",
    "送饭",
    "村民",
    "会议",
    "停车",
    "补贴",
    "养老",
    "路灯",
    "维修",
    "议事",
    "物业",
    "加装",
    "电梯",
]


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    monkeypatch.setattr(update, "WORTH_WORKERS", 0)
    monkeypatch.setattr("index.updating.reading.PAGES_AT_ONCE", 3)
    with Workers(2) as both:
        yield both


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Pages of all kinds: usual ones, the same text twice, one with corrections, one with wrong corrections, an empty one, a picture."""
    chance, folder = random.Random(5), tmp_path / "报纸"
    folder.mkdir()
    for number in range(20):
        paragraphs = ["，".join(chance.choices(WORDS, k=9)) + "。" for _ in range(4)]
        (folder / f"{number:02}.txt").write_text("\n\n".join([f"第{number}次{chance.choice(WORDS)}", *paragraphs]) + "\n", "utf-8")
    (folder / "20.txt").write_bytes((folder / "03.txt").read_bytes())
    (folder / "01.txt.articles.json").write_text('[{"title": "改过的标题", "paragraphs": [{"lines": [[3, 5]]}]}]', "utf-8")
    (folder / "02.txt.articles.json").write_text('[{"paragraphs": [{"lines": [[900, 901]]}]}]', "utf-8")
    (folder / "21.txt").write_text("", "utf-8")
    (folder / "22.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    return folder


def run(at: Path, workers: Workers | None, *paths: Path) -> IndexReport:
    with open_index(at, create=model_of(TOY)) as index:
        return build(paths, index, TOY, workers=workers)


def rows(at: Path) -> list[tuple[int, Passage, bytes | None, bytes]]:
    with open_index(at) as index:
        every = list(index.every_passage())
        vectors = index.vectors([key for key, _ in every])
        return [(key, passage, passage.vocabulary, vector.tobytes()) for (key, passage), vector in zip(every, vectors, strict=True)]


def assert_same(folder: Path, two: Workers, tmp_path: Path) -> IndexReport:
    alone, together = run(tmp_path / "alone", None, folder), run(tmp_path / "together", two, folder)
    assert alone == together
    assert alone.sources == together.sources
    assert rows(tmp_path / "alone") == rows(tmp_path / "together")
    return together


def test_workers_make_the_same_index(folder: Path, tmp_path: Path, two: Workers) -> None:
    with speaking("zh"):
        report = assert_same(folder, two, tmp_path)
    assert two._started
    assert report.added == 20
    assert [skipped.source for skipped in report.skipped] == ["报纸/02.txt", "报纸/21.txt", "报纸/22.txt"]
    assert "请改正" in report.skipped[0].reason


def test_changes_and_moves_are_the_same_with_workers(folder: Path, tmp_path: Path, two: Workers) -> None:
    assert_same(folder, two, tmp_path)
    (folder / "04.txt").write_text("新的标题\n\n社区食堂开张，老人吃饭不用出小区。\n", "utf-8")
    (folder / "05.txt").rename(folder / "95.txt")
    (folder / "06.txt").unlink()
    (folder / "02.txt.articles.json").unlink()
    os.utime(folder / "07.txt", (1, 1))
    report = assert_same(folder, two, tmp_path)
    assert (report.added, report.changed, report.moved, report.removed) == (1, 1, 1, 1)
    folder.rename(tmp_path / "周报")
    report = assert_same(tmp_path / "周报", two, tmp_path)
    assert (report.added, report.moved, report.passages) == (0, 20, 0)


def test_a_folder_that_keeps_its_name_when_it_moves_is_not_cut_again(
    folder: Path, tmp_path: Path, two: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = tmp_path / "elsewhere" / ".qianli"
    at.parent.mkdir()
    assert run(at, None, folder).added == 20
    moved = tmp_path / "archive" / folder.name
    moved.parent.mkdir()
    folder.rename(moved)
    monkeypatch.setattr("index.updating.reading.cut", lambda page, path: pytest.fail(f"{page.source} was cut"))
    (moved / "02.txt").unlink()
    assert run(at, None, moved).moved == 20


def test_a_rehearsal_reads_with_workers_too(folder: Path, tmp_path: Path, two: Workers) -> None:
    alone, together = rehearse([folder], tmp_path / "no"), rehearse([folder], tmp_path / "no", workers=two)
    assert (alone, alone.sources) == (together, together.sources)
    assert together.added == 20


def test_few_pages_start_no_process(folder: Path, tmp_path: Path) -> None:
    with Workers(2) as both:
        run(tmp_path / "ix", both, folder)
        assert both._started == []


def test_passages_keep_the_words_that_the_static_model_knows(folder: Path, tmp_path: Path) -> None:
    """Whatever the encoder, for new passages and for those whose vector was known."""
    lexicon = open_encoder("static")
    assert isinstance(lexicon, StaticEncoder)
    run(tmp_path / "toy", None, folder)
    (folder / "05.txt").rename(folder / "95.txt")
    run(tmp_path / "toy", None, folder)
    with open_index(tmp_path / "static", create=model_of(lexicon)) as index:
        build([folder], index, lexicon)
    for at in (tmp_path / "toy", tmp_path / "static"):
        for _, passage, packed, _ in rows(at):
            if packed is not None:  # an engine need not keep them
                assert lexicon.unpacked(packed) is not None
                heading, text = lexicon.word_ids([passage.heading, passage.text])
                assert packed == lexicon.packed(text, heading)


def test_a_heading_that_is_missing_changes_no_word(folder: Path, tmp_path: Path) -> None:
    """What is embedded begins with the heading, or without a line end where there is none; what search compares does not."""
    lexicon = open_encoder("static")
    assert isinstance(lexicon, StaticEncoder)
    run(tmp_path / "ix", None, folder)
    for _, passage, _, _ in rows(tmp_path / "ix"):
        for bare in (passage, replace(passage, heading="")):
            embedded, aligned = lexicon.word_ids([embedded_text(bare), f"{bare.heading}\n{bare.text}"])
            assert [*embedded] == [*aligned]


def test_chunks_are_bounded_by_files_and_by_bytes() -> None:
    small = [Wanted(f"{number}", f"{number}", 10) for number in range(150)]
    assert [len(chunk) for chunk in chunks_of(small)] == [64, 64, 22]
    large = [Wanted("a", "a", 9 << 20), Wanted("b", "b", 1), Wanted("c", "c", 9 << 20), Wanted("d", "d", 1)]
    assert [[file.path for file in chunk] for chunk in chunks_of(large)] == [["a"], ["b", "c"], ["d"]]
    assert list(chunks_of([])) == []


def test_an_unchanged_file_is_not_opened(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        path = folder / f"{number:02}.txt"
        if path.exists():
            os.utime(path, (1, 1))  # long ago, so that a change would show
    run(tmp_path / "ix", None, folder)
    monkeypatch.setattr("index.updating.reading.read", lambda path, source: unreadable(source, OSError(f"{path} was read")))
    again = run(tmp_path / "ix", None, folder)
    assert again.unchanged == 20
    assert len(again.skipped) == 3  # only what was no page the last time either


def test_a_sidecar_that_comes_or_goes_is_noticed(folder: Path, tmp_path: Path) -> None:
    """Sidecars are looked for only in folders that have some."""
    for path in folder.glob("*.json"):
        path.unlink()
    run(tmp_path / "ix", None, folder)
    beside = folder / "07.txt.articles.json"
    beside.write_text('[{"title": "另一个标题", "paragraphs": [{"lines": [[3, 3]]}]}]', "utf-8")
    assert run(tmp_path / "ix", None, folder).sources.changed == ["报纸/07.txt"]
    assert run(tmp_path / "ix", None, folder / "07.txt").sources.changed == []
    beside.unlink()
    assert run(tmp_path / "ix", None, folder / "07.txt").sources.changed == ["报纸/07.txt"]
    assert run(tmp_path / "ix", None, folder).sources.changed == []
