"""Nothing that is read can run: no way of Python to make a program of data is used, and FAISS gets its limits before it reads."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

FILES = sorted(path for folder in ("index", "search") for path in (ROOT / folder).rglob("*.py") if ".venv" not in path.parts)
MODULES = {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle", "yaml", "ctypes", "subprocess", "pty", "runpy", "code"}
OURS = {
    "stages.py": {"subprocess"},  # runs the programs of this package alone
    "frames.py": {"subprocess"},  # runs the child that reads documents and the workers, programs of this package
    "conversion.py": {"subprocess"},  # runs LibreOffice, without a shell, macros or links
    "workers.py": {"pickle"},  # hands functions of this package to processes of its own; no other pipe or file is unpickled
    "pdf_files.py": {"ctypes"},  # arrays that pdfium fills
    "opening.py": {"subprocess"},  # runs the editor of the person who asked for it, without a shell
}
CALLS = {"eval", "exec", "compile", "__import__", "system", "popen", "execv", "execve", "spawnl", "read_pickle", "literal_eval"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_makes_a_program_of_data(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            assert not {alias.name.split(".")[0] for alias in node.names} & (MODULES - OURS.get(path.name, set()))
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.module.split(".")[0] not in MODULES
        elif isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
            of_re = isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
            assert name not in CALLS or (name == "compile" and of_re), f"{name} in line {node.lineno}"
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            for option in ("allow_pickle", "trust_remote_code", "shell"):  # numpy's own default is False
                value = given.get(option)
                assert value is None or (isinstance(value, ast.Constant) and value.value is False), f"{option} in line {node.lineno}"
            weights = given.get("weights_only")
            if name == "load" and isinstance(node.func, ast.Attribute) and ast.unparse(node.func) == "torch.load":
                assert isinstance(weights, ast.Constant) and weights.value is True, f"line {node.lineno}"


def test_the_limits_of_faiss_are_set_before_it_reads() -> None:
    text = (ROOT / "index" / "engine" / "folder" / "vectors.py").read_text("utf-8")
    assert 0 < text.index("set_deserialization_vector_byte_limit(") < text.index("faiss.read_index(")
    assert text.count("read_index(") == 1
    assert "deserialize_index(" not in text
