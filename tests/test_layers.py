"""The house stands as it was drawn: rooms use only rooms above them, and each heavy package comes in through one file."""

import ast
import sys
import tomllib
from collections import defaultdict

import pytest

from tests.rooms import FREE, LAYERS, ROOT, SIBLINGS, arrows, folders, imported, modules, room_of

MOST_FILES = 14  # in a room; more and nobody finds the one that matters
DEEPEST = 4  # folders of a module's name: index.engine.folder.rows
LONGEST = 350  # lines of a file that is read in one sitting
HEAVY = {
    "faiss": {"index.engine.folder.vectors", "index.engine.folder.vectors_writer"},
    "tantivy": {"index.engine.folder.inverted_index"},
    "tokenizers": {"index.encoders.static", "index.encoders.onnx_encoder"},
    "onnxruntime": {"index.encoders.onnx_encoder"},
    "onnx": {"index.encoders.torch_encoder"},
    "sentence_transformers": {"index.encoders.hub"},
    "rjieba": {"index.text.tokens"},
    "fcntl": {"index.engine.folder.lock"},
    "filelock": {"index.engine.folder.lock"},
    "watchfiles": {"index.files.watch"},
    "docx": {"search.citing.evidence_docx"},
    "lxml": {"index.documents.office.archives"},
    "threadpoolctl": {"search.blas_threads"},
    "platformdirs": {"search.cli.own_files"},
    "pypdfium2": {"index.documents.pdf_files"},
    "mcp": {"search.server.mcp.server", "search.server.mcp.stdio"},
    "python_calamine": {"index.documents.spreadsheets"},
}
# imported in functions, where they are needed
INSIDE = {*HEAVY, "anyio", "mcp_types", "numpy", "torch", "transformers", "safetensors", "rich"}


def test_every_file_stands_in_a_room() -> None:
    strangers = {module for module in modules() if not room_of(module)} - {"index", "search", "index.engine", *FREE}
    assert strangers == set()


@pytest.mark.parametrize(("room", "allowed"), LAYERS, ids=[room for room, _ in LAYERS])
def test_a_room_uses_only_what_its_row_allows(room: str, allowed: tuple[str, ...]) -> None:
    used = {other for one, other in arrows() if one == room}
    assert {other for other in used if not any(other == name or other.startswith(f"{name}.") for name in allowed)} == set()


def test_a_row_allows_nothing_that_is_not_used() -> None:
    drawn = arrows()
    unused = {
        (room, name)
        for room, allowed in LAYERS
        for name in allowed
        if not any(one == room and (other == name or other.startswith(f"{name}.")) for one, other in drawn)
    }
    assert unused == set()


def test_no_arrow_goes_down_the_table() -> None:
    order = [room for room, _ in LAYERS]
    assert {pair: drawn for pair, drawn in arrows().items() if order.index(pair[0]) < order.index(pair[1])} == {}


def test_no_two_files_of_a_room_import_each_other_in_a_circle() -> None:
    trees = modules()
    uses = {name: {other for other in imported(tree, set(trees)) if other in trees and other != name} for name, tree in trees.items()}
    left = dict(uses)
    while free := [name for name, others in left.items() if not others & left.keys()]:
        for name in free:
            del left[name]
    assert sorted(left) == []


def test_index_knows_nothing_of_search_but_for_the_programs_that_fit_its_models() -> None:
    for module, tree in modules().items():
        if module.startswith("index.") and not module.startswith("index.training"):
            assert not any(name.split(".")[0] in ("search", "qianli") for name in imported(tree, set()))


def test_nobody_imports_the_training_programs() -> None:
    assert [pair for pair in arrows() if pair[1] == "index.training"] == []


def test_only_the_command_line_prints_and_knows_typer() -> None:
    for module, tree in modules().items():
        if room_of(module) in ("search.cli", "index.training"):
            continue
        calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
        assert not calls & {"print", "exit", "input"}, module
        assert "typer" not in {name.split(".")[0] for name in imported(tree, set())}, module


def test_heavy_packages_come_in_through_one_file_and_inside_functions() -> None:
    doors = defaultdict(set)
    for module, tree in modules().items():
        if module.startswith("index.training"):
            continue
        top = {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
        top |= {node.module.split(".")[0] for node in tree.body if isinstance(node, ast.ImportFrom) and node.module}
        if not module.startswith("index.encoders.shipped."):  # a model's own module is read by sentence-transformers alone
            assert not top & INSIDE, module
            for name in imported(tree, set()):
                if name.split(".")[0] in HEAVY:
                    doors[name.split(".")[0]].add(module)
    assert doors == HEAVY


def test_the_frame_of_the_server_is_loaded_with_the_server_alone() -> None:
    frame, doors = {"fastapi", "starlette", "uvicorn", "jinja2"}, set()
    for module, tree in modules().items():
        doors |= {module} if "jinja2" in imported(tree, set()) else set()
        if not module.startswith("search.server"):  # `qianli serve` imports it in its function
            top = ast.Module([node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))], [])
            loaded = imported(top, set(modules()))
            assert not {name for name in loaded if name.split(".")[0] in frame or name.startswith("search.server")}, module
    assert doors - {"search.cli.commands.serve"} == {"search.server.page.rendering"}


def test_a_room_has_few_files_and_no_file_has_the_name_of_a_standard_module() -> None:
    for folder, files in folders().items():
        assert len(files) <= MOST_FILES or folder.replace("/", ".") in SIBLINGS, folder
        assert not {name.removesuffix(".py") for name, _ in files} & sys.stdlib_module_names, folder
    ours = [module for module in modules() if not module.startswith("index.encoders.shipped.")]  # a model's folder is data, no package
    assert {module for module in ours if module.count(".") >= DEEPEST} == set()


def test_files_are_read_in_one_sitting() -> None:
    sources = [path for folder in ("index", "search", "tests") for path in (ROOT / folder).rglob("*.py")]
    assert {str(path): lines for path in sources if (lines := path.read_text("utf-8").count("\n")) > LONGEST} == {}


def test_every_package_is_installed() -> None:
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    lying = {".".join(path.parent.relative_to(ROOT).parts) for name in ("index", "search") for path in (ROOT / name).rglob("__init__.py")}
    assert set(packages) - {"qianli"} == lying - {"search.qianli"}
