"""The house stands as it was designed: each file imports only files above it, and each heavy package comes in through one door."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
INDEX = [
    *(
        "article",
        "errors",
        "words",
        "tensors",
        "hub",
        "contextual",
        "both",
        "encode",
        "judge",
        "read",
        "names",
        "lines",
        "kinds",
        "genre",
        "place",
        "joints",
        "typos",
        "seam",
        "blocks",
        "paragraph",
        "assign",
        "suspect",
        "untangle",
        "marks",
        "page",
        "doubt",
        "section",
        "cited",
        "edit",
        "sidecar",
        "chunk",
    ),
    *("store", "sealed", "rows", "lookup", "lock", "vectors", "inverted", "generation", "derive", "formats", "commit", "folder", "build"),
]
SEARCH = [
    *("jsonline", "asked", "align", "same", "shelf", "fuse", "candidates", "order", "confidence", "calibration", "rerank", "reread"),
    *("retrieve", "context", "like", "explain", "typeset", "fields", "show", "pages", "precedents", "queries", "batch"),
    *("standing", "difference", "sources", "verify", "claims"),
    *("measures", "judged", "runs", "evaluate", "fit", "show_report"),
    *("console", "articles", "options", "selected", "asking", "checking", "judging", "eval_command", "watch", "indexing", "exits", "cli"),
]
HOUSE = [f"index.{name}" for name in INDEX] + [f"search.{name}" for name in SEARCH]
HEAVY = {
    "faiss": {"index.engine.folder.vectors"},
    "tantivy": {"index.engine.folder.inverted_index"},
    "tokenizers": {"index.encoders.open", "index.encoders.onnx_encoder"},
    "onnxruntime": {"index.encoders.onnx_encoder"},
    "sentence_transformers": {"index.encoders.hub"},
    "rjieba": {"index.text.tokens"},
    "filelock": {"index.engine.folder.lock"},
    "watchfiles": {"index.files.watch"},
}


def modules() -> dict[str, ast.Module]:
    paths = [*ROOT.glob("index/*.py"), *ROOT.glob("search/*.py")]
    return {f"{path.parent.name}.{path.stem}": ast.parse(path.read_text("utf-8")) for path in paths if path.stem != "__init__"}


def imports(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def test_every_file_has_its_place_in_the_house() -> None:
    assert set(modules()) == set(HOUSE)


@pytest.mark.parametrize("module", HOUSE)
def test_a_file_imports_only_files_above_it(module: str) -> None:
    allowed = set(HOUSE[: HOUSE.index(module)])
    if module == "index.engine.protocol":
        allowed |= {"index.engine.folder.index", "index.engine.folder.writer"}  # a seam opens its engines, inside the function
    ours = {name for name in imports(modules()[module]) if name in HOUSE}
    assert ours <= allowed


def test_index_knows_nothing_of_search() -> None:
    for module, tree in modules().items():
        if module.startswith("index."):
            assert not any(name.split(".")[0] == "search" for name in imports(tree))


def test_heavy_packages_come_in_through_one_file_and_inside_functions() -> None:
    doors = defaultdict(set)
    for module, tree in modules().items():
        top = {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
        top |= {node.module.split(".")[0] for node in tree.body if isinstance(node, ast.ImportFrom) and node.module}
        assert not top & {*HEAVY, "numpy", "torch", "transformers", "safetensors", "rich"}, module
        for name in imports(tree):
            if name.split(".")[0] in HEAVY:
                doors[name.split(".")[0]].add(module)
    assert doors == HEAVY


def test_files_are_read_in_one_sitting() -> None:
    assert {
        str(path): lines
        for path in ROOT.glob("*/**/*.py")
        if ".venv" not in path.parts and (lines := path.read_text("utf-8").count("\n")) > 350
    } == {}
