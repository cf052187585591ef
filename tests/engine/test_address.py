"""The address of an index in a cluster: its parts, and that no password is repeated."""

from pathlib import Path

import pytest

from index.engine.cluster.address import PASSWORD, parsed
from index.engine.open import open_index
from index.errors import BadInput


@pytest.mark.parametrize(
    "written",
    [
        "oceanbase://clerk:Geheim7@db.example/office/pages",
        "oceanbase://clerk:7#Geheim7@db.example/office/pages",
        "oceanbase://clerk:7?Geheim7@db.example/office/pages",
        "oceanbase://clerk:7/Geheim7@db.example/office/pages",
        "oceanbase://clerk:Geheim7@db.example:port/office/pages",
        "oceanbase://clerk@tenant:Geheim7@db.example/office/pages",
        "oceanbase://clerk@db.example/office/pages?password=Geheim7",
        "mysql://clerk:Geheim7@db.example/office/pages",
    ],
)
def test_a_password_in_an_address_is_refused_and_never_repeated(written: str) -> None:
    with pytest.raises(BadInput) as refused:
        open_index(written)
    assert "Geheim7" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "written", ["oceanbase://clerk@db.example/office", "oceanbase://clerk@db.example/office/", "oceanbase://db.example"]
)
def test_an_address_without_a_name_is_shown_what_one_looks_like(written: str) -> None:
    with pytest.raises(BadInput, match="oceanbase://user@host:2881/database/name"):
        parsed(written)


def test_signs_of_an_address_in_a_name_are_written_as_numbers_and_the_scheme_in_any_case() -> None:
    found = parsed("OceanBase://clerk%40office%23main@db.example:2883/office/pages?ca=a@b.pem")
    assert (found.user, found.port, found.name, found.ca) == ("clerk@office#main", 2883, "pages", Path("a@b.pem"))


def test_the_first_line_of_a_file_is_the_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD, raising=False)
    (tmp_path / "口令").write_bytes("秘密 1\r\nnot this\r\n".encode())
    assert parsed(f"oceanbase://clerk@db.example/office/pages?password_file={tmp_path}/口令").password() == "秘密 1"
    with pytest.raises(BadInput, match=PASSWORD):
        parsed("oceanbase://clerk@db.example/office/pages").password()
    assert parsed("oceanbase://clerk@localhost/office/pages").password() == ""
