"""Values complete in the shell, as bash asks for them; nothing is said where there is nothing to complete."""

from pathlib import Path

import pytest

from tests.conftest import Command


@pytest.fixture
def complete(qianli: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Return a function that gives what bash is offered for the last of these words."""

    def offered(*words: str) -> list[str]:
        monkeypatch.setenv("_QIANLI_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", " ".join(("qianli", *words)))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        with pytest.raises(SystemExit) as ended:
            qianli()
        assert ended.value.code == 0
        out, err = capsys.readouterr()
        assert err == ""
        return out.split()

    return offered


def test_modes_places_sources_and_settings_complete(complete) -> None:
    assert complete("search", "--mode", "") == ["hybrid", "dense", "lexical"]
    assert complete("search", "--mode", "le") == ["lexical"]
    assert "杭州市上城区凯旋街道" in complete("search", "--place", "杭州")
    assert {"上城区", "上城区凯旋街道"} <= {*complete("search", "--place", "上城")}
    assert complete("batch", "--source", "004") == ["004_43afb07974160658.txt"]
    assert complete("remove", "004") == ["004_43afb07974160658.txt"]
    assert complete("cite", "--form", "b") == complete("search", "--cite", "b") == ["bibtex"]
    assert complete("config", "hist") == ["history", "history_days"]
    assert "history" in complete("")


def test_citations_and_saved_names_complete(complete, qianli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANLI_STATE", str(tmp_path))
    qianli("search", "电动自行车充电", "--save", "充电", "-k", 1)
    monkeypatch.delenv("_QIANLI_COMPLETE", raising=False)
    (shown,) = [word for word in complete("show", "") if ":" not in word]
    assert complete("show", shown[:3])[0] == shown
    assert complete("show", "004")[0] == "004_43afb07974160658.txt:"
    assert complete("new", "") == ["充电"]


def test_where_there_is_no_index_nothing_is_offered_and_nothing_fails(complete, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANLI_INDEX", str(tmp_path / "none"))
    monkeypatch.setenv("QIANLI_CONFIG", str(tmp_path))
    assert complete("search", "--place", "") == []
    assert complete("show", "") == []
