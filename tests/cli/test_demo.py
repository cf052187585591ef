"""`qianli demo`: pages that ship with the package are indexed and asked, and nothing of the user's is touched."""

import tempfile
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from search.cli.commands.demo import QUESTIONS
from tests.conftest import ROOT, Command

EXAMPLES = ROOT / "search" / "examples"


def pages() -> list[Path]:
    return [path for path in sorted(EXAMPLES.iterdir()) if path.suffix in (".txt", ".md")]


def test_the_pages_say_that_they_are_invented_and_ship_with_the_package() -> None:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]["search"]
    assert len(pages()) >= 5
    for page in pages():
        text = page.read_text("utf-8")
        assert "均为虚构" in text or "An invented example" in text
        assert any(fnmatch(page.relative_to(ROOT / "search").as_posix(), pattern) for pattern in data)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_demo_shows_its_commands_and_an_answer_and_leaves_nothing(
    qianli: Command, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QIANLI_LANG", language)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    code, out, err = qianli("demo")
    assert (code, err) == (0, "")
    commands = [line for line in out.splitlines() if line.startswith("$ qianli ")]
    assert [line.split()[2] for line in commands] == ["index", "search"]
    assert QUESTIONS[language] in commands[1]
    assert "\n1  0." in out
    assert "pages/0" in out
    assert not list(tmp_path.iterdir())


def test_a_named_folder_is_kept_and_can_be_asked_again(qianli: Command, tmp_path: Path) -> None:
    folder = tmp_path / "试 用"
    for _ in range(2):
        code, out, _ = qianli("demo", folder)
        assert code == 0
        assert f'qianli search QUESTION --index "{folder}/.qianli"' in out
    assert qianli("search", "加装电梯一楼住户不同意怎么办", "--index", folder / ".qianli")[0] == 0
    assert sorted(path.name for path in (folder / "pages").iterdir()) == [page.name for page in pages()]


def test_a_folder_with_files_of_the_user_is_left_alone(qianli: Command, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "own.txt").write_text("自己的文件", "utf-8")
    code, out, err = qianli("demo", tmp_path)
    assert (code, out) == (2, "")
    assert err == f"qianli: {tmp_path / 'pages'} holds files of yours; name another folder for the demo\n"
    (tmp_path / "file").write_text("", "utf-8")
    assert qianli("demo", tmp_path / "file")[0] == 2
    assert not (tmp_path / ".qianli").exists()
