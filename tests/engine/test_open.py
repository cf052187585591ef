"""Opening: where the index is, and which engine serves an address."""

from pathlib import Path

import pytest

from index.engine.open import find_index, model_at, open_index, rederive
from index.errors import BadInput


def test_the_address_is_the_given_one_then_the_environment_then_the_nearest_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    (tmp_path / ".qianli").mkdir()
    monkeypatch.chdir(below)
    assert find_index() == tmp_path / ".qianli"
    monkeypatch.setenv("QIANLI_INDEX", "elsewhere")
    assert find_index() == Path("elsewhere")
    assert find_index("given") == Path("given")


def test_an_address_with_a_scheme_stays_what_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANLI_INDEX", "oceanbase://user@host:2881/database/name")
    assert find_index() == "oceanbase://user@host:2881/database/name"


@pytest.mark.parametrize("opens", [open_index, model_at, rederive])
def test_an_address_that_no_engine_serves_is_refused_by_its_scheme(opens: object) -> None:
    with pytest.raises(BadInput, match="no engine for milvus:// in this qianli; name a folder with --index"):
        opens("milvus://host/name")
