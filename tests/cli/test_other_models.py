"""Indexes of models that are not on this machine: one line at once, and the network is never asked for a model that nobody named."""

from pathlib import Path

import pytest

from index.engine.open import open_index
from index.engine.protocol import model_of
from index.indexing import build
from tests.conftest import Command
from tests.toy import ToyEncoder


@pytest.fixture
def page(tmp_path: Path, qianli: Command, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a page in an index that an encoder of a program's own made."""
    path = tmp_path / "a.txt"
    path.write_text("# 充电\n\n社区在楼下建了充电棚，楼道里不再停电动车。\n", "utf-8")
    with open_index(tmp_path / ".qianli", create=model_of(ToyEncoder())) as index:
        build([path], index, ToyEncoder())
    monkeypatch.setenv("QIANLI_INDEX", str(tmp_path / ".qianli"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "models"))
    return path


def test_an_index_of_an_encoder_of_ones_own_is_refused_at_once(
    qianli: Command, page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*arguments: object) -> None:
        raise AssertionError("sentence-transformers is not loaded for this")

    monkeypatch.setattr("index.encoders.transformer.TransformerEncoder.__init__", asked)
    for command in (["search", "充电"], ["index", page]):
        code, out, err = qianli(*command)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert err.startswith(f"qianli: the index in {tmp_path / '.qianli'} was made with toy, which is not on this machine")
        assert "model=ENCODER" in err
    assert qianli("search", "充电", "--mode", "lexical", "--min-score", 0)[1].startswith("1  ")


def test_the_names_of_models_are_the_same_in_help_readmes_and_errors(qianli: Command, page: Path, tmp_path: Path) -> None:
    from index.encoders.shipped import shipped_models
    from tests.conftest import ROOT

    (tmp_path / "not-a-model").write_text("", "utf-8")
    error = qianli("index", page, "--model", tmp_path / "not-a-model", "--index", tmp_path / "new")[2]
    help_text = " ".join(qianli("search", "--help")[1].split())
    for name in shipped_models():
        assert name in help_text
        assert name in error
    for readme in ("README.md", "README.zh-CN.md"):
        assert "--model fast" not in (ROOT / readme).read_text("utf-8")
