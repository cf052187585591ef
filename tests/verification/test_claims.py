"""Files of something else are not verified line by line."""

from pathlib import Path

import pytest

from search.cli.app import run


@pytest.mark.parametrize("rows", [2, 500])
def test_a_table_of_answers_is_refused_in_one_line(rows: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("id,query\n" + "1,停车难\n" * (rows - 1), "utf-8")
    assert run(["verify", str(tmp_path / "a.csv")]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and "a.csv holds no results; name a file with results of search --json" in err
