"""The rooms of the house as the imports draw them: `python -m tests.rooms` prints a table; `test_layers.py` holds it to LAYERS.

index/*.py, search/*.py ──imports──▶ arrows between rooms ──▶ each goes up the table, and none comes back
"""

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
PACKAGES = ("index", "search")
FREE = ("index.document", "index.errors", "index.messages")  # every room may use these
SIBLINGS = ("search.cli.commands", "index.training", "index.messages")  # rooms of one kind of file, which may be as many as there are
LAYERS = (  # a room, and the rooms it may use beside FREE and itself; a row allows nothing that is not used
    ("index.messages", ()),
    ("index.threads", ()),
    ("index.text", ()),
    ("index.documents", ("index.text",)),
    ("index.documents.office", ("index.documents",)),
    ("index.files", ("index.documents",)),
    ("index.workers", ("index.documents",)),
    ("index.layout", ("index.text",)),
    ("index.encoders", ()),
    ("index.tables", ("index.layout",)),
    ("index.labelling", ("index.text", "index.layout", "index.encoders")),  # a page reads the same whatever --model: the static model's
    ("index.segmentation", ("index.text", "index.layout", "index.tables", "index.labelling", "index.encoders")),
    ("index.corrections", ("index.files", "index.layout", "index.segmentation")),
    ("index.heading_path", ("index.text",)),
    ("index.passages", ("index.heading_path", "index.text")),
    ("index.engine.protocol", ("index.encoders", "index.workers")),
    ("index.engine.made_with", ("index.encoders", "index.engine.protocol")),
    ("index.engine.source_names", ()),
    ("index.engine.stored", ("index.engine.protocol", "index.text")),
    (
        "index.engine.folder",
        (
            *("index.engine.protocol", "index.engine.made_with", "index.engine.source_names", "index.engine.stored"),
            *("index.encoders", "index.text", "index.threads", "index.workers"),
        ),
    ),
    (
        "index.engine.cluster",
        (
            *("index.engine.protocol", "index.engine.made_with", "index.engine.source_names", "index.engine.stored"),
            *("index.encoders", "index.text", "index.workers"),
        ),
    ),
    ("index.engine.copying", ("index.engine.protocol", "index.engine.made_with")),
    ("index.engine.open", ("index.engine.protocol",)),  # it names the modules of the engines in a table
    (
        "index.updating",
        ("index.text", "index.files", "index.corrections", "index.passages", "index.encoders", "index.engine", "index.workers"),
    ),
    ("index.indexing", ("index.encoders", "index.engine", "index.updating", "index.workers")),
    ("search.results", ("index.engine.protocol",)),
    ("search.options", ()),
    ("search.blas_threads", ()),
    ("search.pasted", ("index.engine.protocol", "index.engine.source_names")),
    ("search.places", ("index.text",)),
    ("search.measures", ("search.results", "index.text", "index.encoders")),
    ("search.retrieval", ("search.results", "index.text", "index.threads", "index.engine.protocol", "index.encoders")),
    ("search.ranking", ("search.results", "search.retrieval", "index.text", "index.engine.protocol", "index.encoders")),
    (
        "search.pipeline",
        (
            *("search.results", "search.options", "search.retrieval", "search.ranking"),
            *("index.text", "index.engine.protocol", "index.encoders"),
        ),
    ),
    (
        "search.more_like_this",
        (
            *("search.results", "search.options", "search.pasted", "search.ranking", "search.pipeline"),
            *("index.text", "index.files", "index.corrections", "index.passages", "index.engine.protocol"),
        ),
    ),
    (
        "search.verification",
        (
            *("search.pasted", "index.files", "index.segmentation", "index.corrections", "index.passages", "index.engine.protocol"),
            "index.updating",
        ),
    ),
    (
        "search.searcher",
        (
            *(
                "search.results",
                "search.options",
                "search.blas_threads",
                "search.pasted",
                "search.pipeline",
                "search.more_like_this",
                "search.retrieval",
                "search.ranking",
            ),
            *("search.verification", "index.files", "index.engine", "index.encoders", "index.updating"),
        ),
    ),
    ("search.retrievers", ("search.results", "search.options", "search.searcher")),
    ("search.evaluation", ("search.results", "search.options", "search.ranking", "search.searcher")),
    ("search.output", ("search.results", "search.verification", "search.evaluation", "index.indexing", "index.segmentation", "index.text")),
    ("search.citing", ("search.pasted", "search.verification", "search.output", "index.engine.protocol")),
    (
        "search.batch",
        (
            *("search.results", "search.options", "search.retrieval", "search.searcher", "search.output"),
            *("index.documents", "index.files", "index.workers", "index.engine.protocol"),
        ),
    ),
    ("search.examples", ()),
    ("search.server", ("search", "index")),
    ("search.cli", ("search", "index")),
    ("search.qianli", ("search",)),
    ("index.training", ("search", "index")),  # nobody imports it
)


@cache
def modules() -> dict[str, ast.Module]:
    """Return every module of the packages by its dotted name, parsed."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    named = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}
    return {name: ast.parse(path.read_text("utf-8")) for name, path in named.items()}


def imported(tree: ast.Module, known: set[str]) -> set[str]:
    """Return the modules that *tree* imports, ours by the longest name that is *known*, others as they are written."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (whole & known) or {node.module}
            found |= {node.module} if whole - known else set()
    return found


def room_of(module: str) -> str:
    """Return the row of LAYERS that *module* stands in; "" for the two packages themselves.

    >>> room_of("index.layout.lines"), room_of("index.engine.open")
    ('index.layout', 'index.engine.open')
    """
    rows = [room for room, _ in LAYERS if module == room or module.startswith(f"{room}.")]
    return max(rows, key=len, default="")


@cache
def arrows() -> dict[tuple[str, str], set[str]]:
    """Return (room, used room) -> the modules that draw this arrow."""
    trees = modules()
    drawn: dict[tuple[str, str], set[str]] = defaultdict(set)
    for module, tree in trees.items():
        for other in imported(tree, set(trees)):
            ours = other in trees and not {other, room_of(other)} & {*FREE, ""} and room_of(module)
            if ours and room_of(module) != room_of(other):
                drawn[room_of(module), room_of(other)].add(f"{module} → {other}")
    return drawn


def folders() -> dict[str, list[tuple[str, int]]]:
    """Return each folder with its files and their lines; an __init__ that only names its room is not counted."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            lines = path.read_text("utf-8").count("\n")
            if path.name != "__init__.py" or lines > 3:
                found[path.parent.relative_to(ROOT).as_posix()].append((path.name, lines))
    return found


def main() -> None:
    print("| folder | files | median lines | largest |\n|---|---|---|---|")
    for folder, files in folders().items():
        name, lines = max(files, key=lambda file: file[1])
        print(f"| {folder}/ | {len(files)} | {median(count for _, count in files):.0f} | {name} {lines} |")
    print("\n| room | uses |\n|---|---|")
    drawn = arrows()
    for room, _ in LAYERS:
        used = [f"{other} ({len(drawn[room, other])})" for one, other in drawn if one == room]
        print(f"| {room} | {', '.join(sorted(used)) or '-'} |")


if __name__ == "__main__":
    main()
