"""What the templates of the web page say: the calls of `say` and `counted` in them, as Jinja reads them."""

from collections.abc import Iterator
from functools import cache

from jinja2 import Environment, nodes

from tests.rooms import ROOT

TEMPLATES = ROOT / "search" / "server" / "page" / "templates"
SAYING = {"say": slice(0, 1), "counted": slice(1, 3)}  # a function -> which of its arguments are sentences


@cache
def calls() -> tuple[tuple[str, nodes.Call], ...]:
    """Return each call of SAYING as the name of its template and the call."""
    found = []
    for path in sorted(TEMPLATES.glob("*.html")):
        tree = Environment().parse(path.read_text("utf-8"))
        found += [(path.name, call) for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name) and call.node.name in SAYING]
    return tuple(found)


def arguments() -> Iterator[tuple[str, nodes.Call, nodes.Expr]]:
    """Yield each argument that is a sentence, with its template and its call."""
    for name, call in calls():
        assert isinstance(call.node, nodes.Name)
        yield from ((name, call, argument) for argument in call.args[SAYING[call.node.name]])


def sentences() -> dict[str, set[str]]:
    """Return each sentence that a template says, with the templates that say it."""
    found: dict[str, set[str]] = {}
    for name, _, argument in arguments():
        if isinstance(argument, nodes.Const):
            found.setdefault(argument.value, set()).add(name)
    return found
