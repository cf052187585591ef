"""What a client is told of the tools: names, titles, when to use them, their arguments and what they return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from index.messages import say
from search.options import MODES
from search.server.mcp.arguments import Parameter, input_schema
from search.server.mcp.schemas import PLACES, RESULT, SHOWN, VERIFIED

USUAL_HITS, MOST_HITS = 5, 50  # a model reads every passage that it is given
MOST_NEIGHBOURS = 10


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as a client lists it."""

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    output_schema: dict[str, Any]

    @property
    def input_schema(self) -> dict[str, Any]:
        return input_schema(self.parameters)


def listed_tools() -> tuple[Tool, ...]:
    """Return the tools in the language of the reader."""
    return _find(), _show(), _verify(), _places()


def instructions() -> str:
    """Return what a model is told of all tools together."""
    return say(
        "qianli finds precedents in the documents of this office: passages that say what others did about a problem, each with a "
        "citation that can be checked. Ask with find_precedents in the words of the problem. Quote passages word for word, never "
        "alter or shorten them within the quotation marks, and put the citation line below each, as it is given. Where found is "
        "false there is no precedent: that is an answer, so say it, and do not make one up. Read more of an article with "
        "show_passage. Check the citations of a draft with verify_citations before you hand it over."
    )


def _find() -> Tool:
    return Tool(
        "find_precedents",
        say("Find precedents"),
        say(
            "Find passages that answer a question about a problem: which practice, where, with what result. Use it whenever a claim "
            "needs a precedent or a source. Ask in whole words, in the language of the problem; one problem a call. Each hit has a "
            "score, the probability that it is a precedent: .8 is right eight times in ten. found says whether any passage reaches "
            "the threshold. No precedent is an answer: say so, or ask in other words once. Quote the text word for word, and cite it "
            "as given."
        ),
        (
            Parameter(
                "question",
                "string",
                say('The problem in your own words; "exact words" must stand in a passage, -word must not.'),
                needed=True,
            ),
            Parameter("k", "integer", say("How many passages at most."), USUAL_HITS, least=1, most=MOST_HITS),
            Parameter("place", "string", say("Only articles about this place or one below it; list_places knows the names.")),
            Parameter("source", "string", say("Only sources with such a name, such as 2024/*.txt.")),
            Parameter("since", "string", say("Only articles printed then or later: 2024, 2024-05 or 2024-05-06.")),
            Parameter("until", "string", say("Only articles printed then or earlier.")),
            Parameter(
                "min_score",
                "number",
                say("Leave out passages below this probability; 0 lists the nearest, precedents or not."),
                least=0,
                most=1,
            ),
            Parameter(
                "mode",
                "string",
                say("What finds passages: hybrid (meaning and words), dense (meaning) or lexical (words)."),
                "hybrid",
                choices=MODES,
            ),
            Parameter("context", "integer", say("So many passages before and after each hit as well."), 0, least=0, most=MOST_NEIGHBOURS),
        ),
        RESULT,
    )


def _show() -> Tool:
    return Tool(
        "show_passage",
        say("Show a passage in its article"),
        say(
            "Show a cited passage inside its article, with its neighbours. Use it to see what a passage means where it stands before "
            "you quote it, or to find a passage of which you only have the citation."
        ),
        (
            Parameter("citation", "string", say("The id of a citation, SOURCE:LINE, or a whole citation line."), needed=True),
            Parameter("context", "integer", say("How many passages before and after it."), 1, least=0, most=MOST_NEIGHBOURS),
        ),
        SHOWN,
    )


def _verify() -> Tool:
    return Tool(
        "verify_citations",
        say("Verify citations"),
        say(
            "Check citations against their sources as they are now: ok (the source says so there), moved (other lines say so now), "
            "altered (with the difference) or missing. Use it before a draft is handed over. With results the quoted text itself is "
            "checked, so it also finds a quotation that was changed; citations alone are checked as the index quotes them."
        ),
        (
            Parameter("citations", "array", say("Ids of citations, SOURCE:LINE, or whole citation lines."), items="string"),
            Parameter(
                "results",
                "array",
                say('What find_precedents or show_passage returned, or single hits: {"text": …, "citation": {…}}.'),
                items="object",
            ),
        ),
        VERIFIED,
    )


def _places() -> Tool:
    return Tool(
        "list_places",
        say("List places"),
        say(
            "List the places that articles of the index speak of, as a tree from province to town, each with the number of its "
            "articles. Use it to choose place for find_precedents, or to tell which places the documents cover."
        ),
        (Parameter("within", "string", say("Only places whose name has these words, such as a province or a city.")),),
        PLACES,
    )
