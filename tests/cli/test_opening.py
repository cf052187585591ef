"""`show --open` opens the source at its line; on a terminal citations are links; a name of a file is never a command."""

import io
import sys
from pathlib import Path

import pytest

from index.document import Citation
from search.cli.console import address_of
from search.cli.opening import open_at
from tests.conftest import SEEDS, Command
from tests.output.test_text import CITATION

PAGE = "# 装电梯\n\n一楼住户起初不同意。\n\n社区请来设计院改了方案，三个单元都装上了电梯，一楼的采光没有受影响。\n"


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file in which each started editor writes its arguments, one a line; no editor and no viewer is set."""
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("vim", "code", "notepad++", "nano", "unknown-editor", "xdg-open", "open"):
        script = tools / name
        script.write_text(f'#!/bin/sh\nprintf "%s\\n" {name} "$@" > "{tmp_path}/started"\n', "utf-8")
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    return tmp_path / "started"


@pytest.mark.skipif(sys.platform == "win32", reason="the editors of this test are shell scripts")
@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("vim", ["vim", "+37", "{}"]),
        ("nano -w", ["nano", "-w", "+37", "{}"]),
        ("code --wait", ["code", "--wait", "-g", "{}:37"]),
        ("notepad++", ["notepad++", "-n37", "{}"]),
        ("unknown-editor", ["unknown-editor", "{}"]),
    ],
)
def test_the_editor_opens_the_source_at_its_line(
    qianli: Command, editor: Path, monkeypatch: pytest.MonkeyPatch, command: str, arguments: list[str]
) -> None:
    monkeypatch.setenv("EDITOR", command)
    code, out, err = qianli("show", "000_1e2b8c975dd70d3e.txt:37", "--open")
    assert (code, err) == (0, "")
    assert "> 37" in out
    assert editor.read_text("utf-8").splitlines() == [part.format(SEEDS / "000_1e2b8c975dd70d3e.txt") for part in arguments]


@pytest.mark.skipif(sys.platform == "win32", reason="the editors of this test are shell scripts")
def test_visual_comes_before_editor_and_the_viewer_after_both(tmp_path: Path, editor: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page, paper = tmp_path / "a.txt", tmp_path / "纪要.docx"
    open_at(page, 3)
    assert editor.read_text("utf-8").splitlines()[1:] == [str(page)]
    monkeypatch.setenv("EDITOR", "nano")
    monkeypatch.setenv("VISUAL", "vim")
    open_at(page, 3)
    assert editor.read_text("utf-8").splitlines() == ["vim", "+3", str(page)]
    open_at(paper, 3)  # an editor would show its bytes
    assert editor.read_text("utf-8").splitlines()[1:] == [str(paper)]


@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be on Windows")
def test_a_name_of_a_file_is_no_command(tmp_path: Path, editor: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "vim")
    page = tmp_path / f"a$(touch {tmp_path.name}); touch stolen `id` {{line}} '.txt"
    open_at(page, 2)
    assert editor.read_text("utf-8").splitlines() == ["vim", "+2", str(page)]
    assert not (tmp_path / "stolen").exists()


def test_what_cannot_be_opened_is_one_line(qianli: Command, tmp_path: Path, editor: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index, page = tmp_path / ".qianli", tmp_path / "a.md"
    page.write_text(PAGE, "utf-8")
    monkeypatch.setenv("QIANLI_INDEX", str(index))
    qianli("index", page, "-q")
    for command, why in (
        ("no-such-editor", "no such file or directory"),
        ("false", "it ended with code 1"),
        ("'vim", "mend VISUAL or EDITOR"),
    ):
        monkeypatch.setenv("EDITOR", command)
        code, out, err = qianli("show", "a.md:5", "--open")
        assert (code, err.count("\n")) == (2, 1)
        assert "三个单元" in out
        assert why in err
    page.unlink()
    monkeypatch.chdir(tmp_path)
    code, out, err = qianli("show", "a.md:5", "--open")
    assert (code, out) == (2, "")
    assert err == f"qianli: {page} is not there any more; where it lies now can be indexed with: qianli index FOLDER\n"


def test_a_passage_that_moved_is_opened_where_it_is_now(
    qianli: Command, tmp_path: Path, editor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "a.md"
    page.write_text(PAGE, "utf-8")
    monkeypatch.setenv("QIANLI_INDEX", str(tmp_path / ".qianli"))
    qianli("index", page, "-q")
    page.write_text(PAGE.replace("# 装电梯\n", "# 装电梯\n\n记者 王五\n"), "utf-8")
    monkeypatch.setenv("EDITOR", "vim")
    assert qianli("show", "a.md:5", "--open")[0] == 0
    assert editor.read_text("utf-8").splitlines() == ["vim", "+7", str(page)]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_links_are_made_on_a_terminal_that_wants_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cited = Citation(CITATION.source, ((1, 1),), 1, None, None, (), None, "", "", path="/公文/a b.txt")
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("search.cli.console._host", lambda: "pc")
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert address_of(cited) is None
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert address_of(cited) == "file://pc/%E5%85%AC%E6%96%87/a%20b.txt"
    assert address_of(CITATION) is None  # its file is not known
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb"), ("TERM", "linux")):
        with monkeypatch.context() as changed:
            changed.setenv(name, value)
            assert address_of(cited) is None
    (tmp_path / "c.toml").write_text("links = false\n", "utf-8")
    monkeypatch.setenv("QIANLI_CONFIG", str(tmp_path / "c.toml"))
    assert address_of(cited) is None
