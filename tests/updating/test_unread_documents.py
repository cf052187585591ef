"""A document that was indexed stays in the index where it cannot be read now and is the same file: its reader may not be installed here."""

import os
from pathlib import Path

import pytest

from index.engine.open import open_index
from index.engine.protocol import model_of
from index.files.content import UNSUITED, Skipped
from index.files.reader import READERS
from index.indexing import build
from tests.toy import ToyEncoder
from tests.toy_documents import toy_readers

__all__ = ["toy_readers"]
TOY = ToyEncoder()


@pytest.mark.parametrize("changed", [False, True])
def test_what_was_read_before_is_removed_only_when_the_file_is_another_one(
    changed: bool, tmp_path: Path, toy_readers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "pages" / "报告.pdf"
    report.parent.mkdir()
    report.write_text("充电桩报告\n\n　　柳溪社区在每个楼栋口装了充电桩，居民下楼就能充电。\n", "utf-8")
    (report.parent / "说明.txt").write_text("社区的说明：充电桩每晚检查一次。\n", "utf-8")
    with open_index(tmp_path / ".qianli", create=model_of(TOY)) as index:
        build([report.parent], index, TOY)
        before = {passage.citation.source for _, passage in index.every_passage()}
        monkeypatch.setitem(READERS, ".pdf", lambda content, source: Skipped(source, "toypdf is not installed", UNSUITED))
        if changed:
            report.write_text("另一份报告\n", "utf-8")
        os.utime(report, (1_800_000_000, 1_800_000_000))
        done = build([report.parent], index, TOY)
        assert [skipped.reason for skipped in done.skipped] == ["toypdf is not installed"]
        after = {passage.citation.source for _, passage in index.every_passage()}
    assert (before - after, done.removed) == (({"pages/报告.pdf"}, 1) if changed else (set(), 0))
