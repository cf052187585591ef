"""`show --open` opens the source at its line; on a terminal citations are links; a name of a file is never a command."""

import io
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from index.document import Citation
from index.errors import BadInput
from search.cli import opening
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


VIEWERS = {
    "evince": ["-i", "12", "{}"],
    "okular": ["-p", "12", "{}"],
    "xpdf": ["{}", ":12"],
    "qpdfview": ["{}#12"],
}


def install(tools: Path, name: str, line: str) -> None:
    (tools / name).write_text(f"#!/bin/sh\n{line}\n", "utf-8")
    (tools / name).chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="the viewers of this test are shell scripts")
@pytest.mark.parametrize("name", VIEWERS)
def test_a_pdf_is_opened_at_its_page_by_the_viewer_that_is_there(
    name: str, tmp_path: Path, editor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = tmp_path / "报告 一.pdf"
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin")
    monkeypatch.setenv("EDITOR", "vim")
    monkeypatch.setattr("search.cli.opening.VIEWERS", {name: opening.VIEWERS[name]})  # whatever else this machine has
    install(tmp_path / "bin", name, f'printf "%s\\n" {name} "$@" > "{editor}"')
    open_at(paper, 40, 12)
    assert editor.read_text("utf-8").splitlines() == [name, *(part.format(paper) for part in VIEWERS[name])]


@pytest.mark.skipif(sys.platform == "win32", reason="the viewers of this test are shell scripts")
def test_the_viewer_that_a_person_chose_for_pdf_comes_first(tmp_path: Path, editor: Path) -> None:
    tools, paper = tmp_path / "bin", tmp_path / "a.pdf"
    for name in VIEWERS:
        install(tools, name, f'printf "%s\\n" {name} > "{editor}"')
    for desktop, name in (("okularApplication_pdf.desktop", "okular"), ("org.gnome.Evince.desktop", "evince"), ("xpdf.desktop", "xpdf")):
        install(tools, "xdg-mime", f"echo {desktop}")
        open_at(paper, 1, 3)
        assert editor.read_text("utf-8").split() == [name]


@pytest.mark.skipif(sys.platform == "win32", reason="the viewers of this test are shell scripts")
def test_without_a_viewer_that_knows_pages_the_system_opens_a_pdf_and_a_failure_names_the_page(
    tmp_path: Path, editor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = tmp_path / "a.pdf"
    monkeypatch.setattr("search.cli.opening.VIEWERS", {})
    open_at(paper, 1, 3)
    assert editor.read_text("utf-8").splitlines()[1:] == [str(paper)]
    monkeypatch.setattr("search.cli.opening.VIEWERS", {"evince": ("-i", "{page}", "{file}")})
    install(tmp_path / "bin", "evince", "exit 3")
    with pytest.raises(BadInput, match=r"evince does not open it: it ended with code 3; the passage stands in .*a\.pdf, page 3$"):
        open_at(paper, 1, 3)


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
    assert address_of(replace(cited, page=12, reader="pypdfium2 5")) == "file://pc/%E5%85%AC%E6%96%87/a%20b.txt#page=12"
    assert address_of(CITATION) is None  # its file is not known
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb"), ("TERM", "linux")):
        with monkeypatch.context() as changed:
            changed.setenv(name, value)
            assert address_of(cited) is None
    (tmp_path / "c.toml").write_text("links = false\n", "utf-8")
    monkeypatch.setenv("QIANLI_CONFIG", str(tmp_path / "c.toml"))
    assert address_of(cited) is None
