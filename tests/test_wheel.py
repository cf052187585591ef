"""The wheel holds all that qianli needs, runs away from this folder, and is listed with its digest for machines without a network."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.conftest import ROOT

PACKED = ("index", "search")
LEFT_OUT = {"__pycache__", "cache", ".mypy_cache"}  # beside the code, of no release
BIN = "Scripts" if os.name == "nt" else "bin"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the checkout: an earlier build leaves files in the checkout that would be packed again."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in PACKED:
        shutil.copytree(ROOT / name, folder / "copy" / name, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / "copy" / name)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "-w", str(folder), str(folder / "copy")], check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def wheelhouse() -> ModuleType:
    spec = importlib.util.spec_from_file_location("wheelhouse", ROOT / ".ci" / "wheelhouse.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    packed = {
        name.replace("qianli/", "search/qianli/", 1) if name.startswith("qianli/") else name for name in zipfile.ZipFile(wheel).namelist()
    }
    lying = {
        path.relative_to(ROOT).as_posix()
        for name in PACKED
        for path in (ROOT / name).rglob("*")
        if path.is_file() and not LEFT_OUT & set(path.parts)
    }
    assert lying - packed == set()


def test_the_installed_wheel_indexes_and_answers_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / BIN / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, cwd=tmp_path, env={**os.environ, "PYTHONPATH": ""}, check=True, capture_output=True)
    (tmp_path / "页面").mkdir()
    (tmp_path / "页面" / "电梯.txt").write_text("老旧小区加装电梯\n\n街道牵头协调一楼住户，三个月装成十二部电梯。\n", "utf-8")
    environment = {**os.environ, "PYTHONPATH": sysconfig.get_path("purelib")}  # what qianli needs; not qianli, which .pth files name

    def run(*arguments: str) -> str:
        command = [str(tmp_path / "venv" / BIN / "qianli"), *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True, text=True, encoding="utf-8")
        return done.stdout

    assert run("--version") == f"qianli {wheel.name.split('-')[1]}\n"
    run("index", "页面")
    hit = json.loads(run("search", "加装电梯一楼住户不同意怎么办", "-k", "1", "--json", "--min-score", "0"))["hits"][0]
    assert hit["text"] == "街道牵头协调一楼住户，三个月装成十二部电梯。"
    code = "import index, search, qianli; print(index.__file__, search.__file__, qianli.__file__)"
    where = subprocess.run([str(python), "-c", code], cwd=tmp_path, env=environment, capture_output=True, check=True, text=True).stdout
    assert all(path.startswith(str(tmp_path / "venv")) for path in where.split())


def test_a_wheelhouse_lists_its_wheels_with_their_digests(wheel: Path, wheelhouse: ModuleType) -> None:
    described = wheelhouse.described(wheel)
    assert wheelhouse.requirements([described]) == f"qianli-precedents=={described.version} --hash=sha256:{described.sha256}\n"
    bill = json.dumps(wheelhouse.bill_of_materials([described]))
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None
    assert json.loads(bill)["components"][0]["licenses"] == [{"expression": "Apache-2.0 AND CC-BY-SA-4.0 AND MIT"}]


def test_a_wheelhouse_is_not_mixed_with_other_files(tmp_path: Path, wheelhouse: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.txt").write_text("mine", "utf-8")
    assert wheelhouse.main([str(tmp_path), "--platform", "windows-x86_64"]) == 2
    assert "is not empty (letter.txt …); name a new folder" in capsys.readouterr().err
