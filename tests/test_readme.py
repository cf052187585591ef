"""Both READMEs: every block that can be run is run, in order, and prints what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SEEDS

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


def blocks(readme: str) -> list[tuple[str, str]]:
    return [(match[1], match[2]) for match in BLOCK.finditer((ROOT / readme).read_text("utf-8"))]


def scores_aside(text: str) -> str:
    """Scores are the model's and may move in their last digit; all else must stand as printed."""
    return re.sub(r"(?m)^(\d+ +)\d\.\d\d", r"\1n.nn", text).strip()


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder with the seeds and a `qianli` on the path, as after `make demo`."""
    (tmp_path / "seeds").symlink_to(SEEDS)
    tools = tmp_path / "bin"
    tools.mkdir()
    script = tools / "qianli"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -W error -m search.cli.app "$@"\n')
    script.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_blocks_run_and_print_what_they_say(readme: str, workplace: Path) -> None:
    environment = {**os.environ, "PATH": f"{workplace / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    printed = ""
    for kind, block in blocks(readme):
        if kind in ("shell", "python"):
            command = ["bash", "-euc", block] if kind == "shell" else [sys.executable, "-c", block]
            made = subprocess.run(command, capture_output=True, cwd=workplace, env=environment, text=True, check=False)
            assert made.returncode == 0, f"{block}\n{made.stderr}"
            printed = made.stdout
        elif kind == "text":
            assert scores_aside(block) == scores_aside(printed)
    assert {"shell", "python", "text"} <= {kind for kind, _ in blocks(readme)}


def test_both_readmes_show_the_same_commands() -> None:
    def code(readme: str) -> list[str]:
        return [re.sub(r"#.*", "", block) for kind, block in blocks(readme) if kind != "text"]

    assert code("README.md") == code("README.zh-CN.md")


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_files_it_names_are_there(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", text):
        assert (ROOT / link).exists(), link
    for folder in ("index", "search"):
        for path in (ROOT / folder).glob("*.py"):
            assert path.stem == "__init__" or f"`{path.name}`" in text, path
