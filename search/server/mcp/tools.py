"""The tools that a model may call: arguments in, a text to quote and the fields of `--json` out.

find_precedents      a question            ──▶ qianli.result.v1
show_passage         a citation            ──▶ qianli.shown.v1
verify_citations     citations or results  ──▶ qianli.verified.v1, one for each
list_places          nothing, or a place   ──▶ the tree of places, names for the filter *place*

An error is a sentence that says what to do next, for the model to read and to act on. What goes wrong inside is logged, not told.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from index.errors import BadInput, QianliError
from index.messages import counted, listed, say
from search.options import SearchOptions
from search.output.text import shown_lines, source_line
from search.output.verdicts import counts_line, verdict_fields, verdict_line
from search.pasted import locate
from search.places import Place, place_tree
from search.results import Hit, Result
from search.searcher import show
from search.server.mcp.arguments import checked
from search.server.mcp.listing import listed_tools
from search.server.mcp.schemas import without_paths
from search.server.mcp.searcher import FollowingSearcher
from search.verification.claims import Claim, claim_in, claim_of, passages_in
from search.verification.sources import open_sources
from search.verification.verify import verify

LOG = logging.getLogger("qianli.mcp")
LONGEST_QUESTION = 20_000  # characters; no more of a question is looked up
MOST_CITATIONS = 500  # of one call
MOST_PLACES = 1000
LONGEST_TEXT = 60_000  # characters of the text for the model; the fields are whole
SEPARATOR = " · "


class Answer(NamedTuple):
    """What a tool says: *text* for the model, *fields* for programs; without fields the text is an error."""

    text: str
    fields: dict[str, Any] | None = None


class Tools:
    """The tools on one index."""

    def __init__(self, searcher: FollowingSearcher) -> None:
        self.searcher = searcher
        self.listed = {tool.name: tool for tool in listed_tools()}
        self._functions: dict[str, Callable[..., Answer]] = {
            "find_precedents": self.find_precedents,
            "show_passage": self.show_passage,
            "verify_citations": self.verify_citations,
            "list_places": self.list_places,
        }

    def call(self, name: str, arguments: dict[str, Any]) -> Answer:
        """Return what the tool *name* answers; an error is an answer, too."""
        tool = self.listed.get(name)
        try:
            if tool is None:
                raise BadInput("there is no tool {name}; choose one of {names}", name=name, names=listed(self.listed))
            answer = self._functions[name](**checked(tool.name, tool.parameters, arguments))
        except QianliError as error:
            return Answer(str(error))
        except Exception:
            LOG.exception("%s failed", name)
            return Answer(say("qianli failed on this call; what went wrong stands in its log. Other calls may go on"))
        return answer._replace(text=_cut(answer.text))

    def find_precedents(self, question: str, k: int, context: int, **filters: Any) -> Answer:
        """Ask one question. Raises BadInput for what cannot be asked, also where a filter leaves no passage."""
        if len(question) > LONGEST_QUESTION:
            raise BadInput(
                "the question has {count} characters; ask in at most {most}", count=f"{len(question):,}", most=f"{LONGEST_QUESTION:,}"
            )
        searcher = self.searcher.current()
        result = searcher.search(question, options=SearchOptions(k=k, context=context, **filters))
        if not result.shown:
            for line in searcher.explain_filters(*(filters[name] for name in ("place", "source", "since", "until"))):
                raise BadInput(line)
        return Answer("\n\n".join(_result_texts(result)), without_paths(result.to_dict()))

    def show_passage(self, citation: str, context: int) -> Answer:
        """Show a cited passage in its article. Raises BadInput for a citation that the index does not know."""
        with self.searcher.current().reading() as index:
            shown = show(index, citation, context)
        changed = source_line(shown.source_status, shown.passage.citation.source)
        lines = [_cited(shown.passage.citation), *list(shown_lines(shown))[1:], *([changed] if changed else [])]
        return Answer("\n".join(lines), without_paths(shown.to_dict()))

    def verify_citations(self, citations: Sequence[str] | None, results: Sequence[dict[str, Any]] | None) -> Answer:
        """Check what is cited. Raises BadInput where none of it can be checked."""
        given: list[Any] = [*(citations or ()), *(results or ())]
        if not given:
            raise BadInput("nothing is cited; give citations or results")
        with self.searcher.current().reading() as index:
            claims, unreadable = [], []
            for number, cited in enumerate(given, 1):
                try:
                    claims += [claim_of(locate(index, cited).passage)] if isinstance(cited, str) else _claims_in(cited, number)
                except BadInput as error:
                    unreadable.append(str(error))
            if not claims:
                raise BadInput("; ".join(unreadable) or say("the results quote nothing, so there is nothing to verify"))
            if len(claims) > MOST_CITATIONS:
                raise BadInput("{count} citations are too many; give at most {most} at a time", count=len(claims), most=MOST_CITATIONS)
            verdicts = list(verify(claims, open_sources([], [], index, near=False)))
        counts = Counter(verdict.status for verdict in verdicts)
        lines = [counts_line({**counts, "unreadable": len(unreadable)}), *map(verdict_line, verdicts), *unreadable]
        fields = {"counts": dict(counts), "verdicts": [verdict_fields(verdict) for verdict in verdicts], "unreadable": unreadable}
        return Answer("\n".join(lines), fields)

    def list_places(self, within: str | None) -> Answer:
        """List the places of the index, without the lowest of them where they are too many."""
        with self.searcher.current().reading() as index:
            tree = place_tree(index.areas())
        places = [*_named(tree, within)] if within else tree
        shown = _pruned(places)
        more = _count(places) - _count(shown)
        lines = [*_place_lines(shown)] or [say("it knows no places")]
        if more:
            lines.append(counted(more, "{count} more place below these; give within", "{count} more places below these; give within"))
        return Answer("\n".join(lines), {"places": [place.to_dict() for place in shown], "more": more})


def _named(places: Iterable[Place], words: str) -> Iterator[Place]:
    """Yield the highest places of a tree whose whole names have these *words*."""
    for place in places:
        if words in place.whole:
            yield place
        else:
            yield from _named(place.below, words)


def _pruned(places: Sequence[Place]) -> Sequence[Place]:
    """Return a tree without its lowest levels, as many as need be to leave no more than MOST_PLACES; of one level the first."""
    depth = 1
    while _count(cut := _to_depth(places, depth + 1)) <= MOST_PLACES and _count(cut) > _count(_to_depth(places, depth)):
        depth += 1
    return _to_depth(places, depth)[:MOST_PLACES]


def _to_depth(places: Iterable[Place], depth: int) -> list[Place]:
    return [place._replace(below=tuple(_to_depth(place.below, depth - 1)) if depth > 1 else ()) for place in places]


def _count(places: Iterable[Place]) -> int:
    return sum(1 + _count(place.below) for place in places)


def _place_lines(places: Iterable[Place], depth: int = 0) -> Iterator[str]:
    for place in places:
        yield f"{'  ' * depth}{place.whole} {place.articles}"
        yield from _place_lines(place.below, depth + 1)


def _claims_in(fields: Any, number: int) -> list[Claim]:
    """Return what a result claims. Raise BadInput where it is none or one of its hits cites nothing."""
    claims = [claim_in(passage) for passage in passages_in(fields) or [None]]
    if None in claims:
        raise BadInput("result {number} cites nothing; it needs text, and source and lines in citation", number=number)
    return [claim for claim in claims if claim]


def _result_texts(result: Result) -> Iterator[str]:
    """Yield what a model is told of a result: whether there are precedents, then each passage with its citation line."""
    if result.found and result.hits:
        yield counted(
            len(result.hits),
            "{count} precedent. Quote it word for word and cite it as given.",
            "{count} precedents. Quote them word for word and cite them as given.",
        )
    elif result.found:
        yield say("there are precedents, but none reaches min_score")
    else:
        yield say("No precedent found. That is an answer: say that the index has none.")
        if result.hits:
            yield say("the nearest passages, too uncertain to be called precedents:")
    for hit in result.hits:
        yield _hit_text(hit)


def _hit_text(hit: Hit) -> str:
    sides = (hit.context.before, hit.context.after) if hit.context else ((), ())
    before, after = ([f"  {passage.text}" for passage in side] for side in sides)
    return "\n".join([*before, f"{hit.rank}. ({hit.score:.2f}) {hit.text}", f"— {_cited(hit.citation)}", *after])


def _cited(citation: Any) -> str:
    """Return the citation line with the id, by which the other tools find the passage whatever becomes of its lines."""
    return f"{citation}{SEPARATOR}{citation.id}"


def _cut(text: str) -> str:
    """Return *text* shortened at the end of a line, if it is too long for a model to read."""
    if len(text) <= LONGEST_TEXT:
        return text
    end = text.rfind("\n", 0, LONGEST_TEXT)
    return text[: end if end > 0 else LONGEST_TEXT] + "\n" + say("… shortened here; ask for less at once")
