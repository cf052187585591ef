"""Both READMEs: every block is run, in order, and prints what the README shows; every command of `make` and `pip` can be given."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT, SEEDS
from tests.ranking.test_cross_encoders import save as save_cross_encoder

READMES = {"README.md": "en", "README.zh-CN.md": "zh"}  # a README -> the language of what its commands print
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
KINDS = {"shell", "python", "text", "console"}  # run; run; the output of the block above; asked of make and pip
DECIMAL = re.compile(r"\d+\.\d+")
ROUNDING = 0.011  # one in the second decimal: sums of the models are rounded differently on other processors


def blocks(readme: str) -> list[tuple[str, str]]:
    return [(match[1], match[2]) for match in BLOCK.finditer((ROOT / readme).read_text("utf-8"))]


def without_decimals(text: str) -> list[str]:
    return [DECIMAL.sub("n.n", line).rstrip() for line in text.strip().splitlines()]


def decimals(text: str) -> list[float]:
    return [float(number) for number in DECIMAL.findall(text)]


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder with the seeds, a `qianli` on the path as after `make demo`, and the package `qianli` as it is installed.

    The two models that the README names from a hub lie here under their names: small ones stand in for them.
    """
    (tmp_path / "seeds").symlink_to(SEEDS)
    (tmp_path / "installed").mkdir()
    (tmp_path / "installed" / "qianli").symlink_to(ROOT / "search" / "qianli")
    (tmp_path / "intfloat").mkdir()
    (tmp_path / "intfloat" / "multilingual-e5-small").symlink_to(ROOT / "index" / "encoders" / "shipped" / "static")
    save_cross_encoder(tmp_path / "BAAI" / "bge-reranker-v2-m3")
    tools = tmp_path / "bin"
    tools.mkdir()
    script = tools / "qianli"
    script.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -W error -W ignore::DeprecationWarning -W ignore::FutureWarning -m qianli "$@"\n'
    )
    script.chmod(0o755)
    return tmp_path


def run_block(kind: str, block: str, workplace: Path, language: str = "en") -> str:
    """Run a block and return what a terminal would show: results and messages in the order in which they are written."""
    environment = os.environ | {
        "PATH": f"{workplace / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": f"{ROOT}:{workplace / 'installed'}",
        "PYTHONUNBUFFERED": "1",
        "HF_HUB_OFFLINE": "1",
        "COLUMNS": "200",
        "QIANLI_CONFIG": str(workplace / "config.toml"),
        "QIANLI_STATE": str(workplace / "own"),
        "QIANLI_LANG": language,
    }
    command = ["bash", "-euo", "pipefail", "-c", block] if kind == "shell" else [sys.executable, "-W", "error", "-c", block]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=workplace, env=environment, text=True, check=False)
    assert done.returncode == 0, f"{block}\n{done.stdout}"
    return done.stdout


@pytest.mark.parametrize("readme", READMES)
def test_the_blocks_run_and_print_what_the_readme_shows(readme: str, workplace: Path) -> None:
    printed = ""
    for kind, block in blocks(readme):
        if kind in ("shell", "python"):
            printed = run_block(kind, block, workplace, READMES[readme])
        elif kind == "text":
            assert without_decimals(block) == without_decimals(printed)
            assert decimals(block) == pytest.approx(decimals(printed), abs=ROUNDING)


@pytest.mark.parametrize("readme", READMES)
def test_make_knows_the_targets_and_pip_the_extras_that_a_readme_names(readme: str) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for line in (line for kind, block in blocks(readme) if kind == "console" for line in block.splitlines()):
        program, *arguments = line.split("#")[0].split()
        if program == "make":
            subprocess.run(["make", "-n", *arguments], cwd=ROOT, capture_output=True, check=True)
        else:
            assert (program, arguments[0]) == ("pip", "install"), line
            distribution = re.fullmatch(r"'?\.(?:\[([\w,]+)\])?'?", arguments[1])
            assert distribution, f"{line}: install from the checkout; `qianli` on PyPI is another program"
            assert distribution[1] is None or {*distribution[1].split(",")} <= {*extras}


@pytest.mark.parametrize("readme", READMES)
def test_every_block_is_of_a_kind_that_is_checked(readme: str) -> None:
    kinds = [kind for kind, _ in blocks(readme)]
    assert set(kinds) == KINDS
    assert (ROOT / readme).read_text("utf-8").count("```") == 2 * len(kinds)
    assert all(kinds[position - 1] in ("shell", "python") for position, kind in enumerate(kinds) if kind == "text")


def test_both_readmes_have_the_same_blocks() -> None:
    """What they print is in the language of each."""
    english, chinese = ([(kind, block if kind != "text" else "") for kind, block in blocks(readme)] for readme in READMES)
    assert english == chinese


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


@pytest.mark.parametrize("readme", READMES)
def test_the_table_of_quality_has_the_figures_that_the_benchmark_printed(readme: str) -> None:
    measured = (ROOT / "tests" / "benchmarks" / "README.md").read_text("utf-8").splitlines()
    legs = {"BM25, jieba words": "BM25, jieba words", "lexical": "BM25", "dense": "contextual vectors", "hybrid": "contextual whole"}
    columns = [("nDCG@10", name) for name in ("all", "problem", "keyword", "english", "typo")] + [("hit@5", "all")]
    wanted = {leg: [] for leg in legs}
    for metric, name in columns:
        heading = next(number for number, line in enumerate(measured) if line.startswith(f"| {metric} |"))  # the newest comes first
        row = cells(next(line for line in measured[heading:] if line.startswith(f"| dev: {name} |")))
        for leg, column in legs.items():
            wanted[leg].append(row[cells(measured[heading]).index(column)].split()[0])
    rows = [cells(line) for line in (ROOT / readme).read_text("utf-8").splitlines() if line.startswith(tuple(f"| {leg}" for leg in legs))]
    assert {row[0].split("（")[0]: row[1:] for row in rows} == wanted


@pytest.mark.parametrize("document", [*READMES, "CONTRIBUTING.md"])
def test_the_files_that_a_document_names_are_there(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    links = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    paths = re.findall(r"`((?:index|search|tests|seeds)/[\w./]*)`", text)
    assert [path for path in (*links, *paths) if not (ROOT / path).exists()] == []


def test_contributing_names_every_room() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rooms = {path.parent.relative_to(ROOT).as_posix() for name in ("index", "search") for path in (ROOT / name).rglob("*.py")}
    rooms -= {"index", "search", "index/encoders/shipped/contextual"}  # the two packages; a model's folder is data
    assert {room for room in rooms if f"`{room}/`" not in text} == set()


def test_no_document_sends_anybody_to_the_package_of_the_same_name_on_pypi() -> None:
    """`qianli` on PyPI is somebody else's; ours is `qianli-precedents`, installed from a checkout until there is a release."""
    suffixes = {".py", ".md", ".toml", ".txt", ".json"}
    files = [path for name in ("index", "search", "tests") for path in (ROOT / name).rglob("*") if path.suffix in suffixes]
    files += [path for path in ROOT.iterdir() if path.suffix in suffixes or path.name == "Makefile"]
    files.remove(Path(__file__))
    stranger = re.compile(r"\bpip3?\s+install\s+(?:-\S+\s+)*[\"']?qianli\b(?!-precedents)|[\"']qianli\[\w+\][\"']")
    assert [str(path) for path in files if stranger.search(path.read_text("utf-8"))] == []
