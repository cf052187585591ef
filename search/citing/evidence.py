"""An evidence sheet: answers and what became of their citations in, the blocks of a report out.

    answer, answer, …  ──sheet──▶  title · the questions, each with its quotes · what was searched · the citations' state · the sources
                                   Block, Block, …  ──▶  Markdown or docx

Blocks are yielded as answers come; only the list of sources, one entry an article, is kept. Every citation is checked against its source
while the sheet is written, and the sheet says when that was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from index.messages import counted, language, say
from search.citing.cited import Answer, Neighbour, Quote
from search.citing.gbt7714 import gbt7714
from search.citing.reference import Reference, one_line, reference_of
from search.output.verdicts import now_line
from search.verification.claims import Claim
from search.verification.diff import NEW, OLD, Difference
from search.verification.verify import STATES, Verdict

MODES = {"hybrid": "意思和字词", "dense": "意思", "lexical": "字词"}  # of a search, in Chinese
DIGITS = "零一二三四五六七八九"
UNITS = ((1000, "千"), (100, "百"), (10, "十"))
MOST_CHANGES = 5  # of a quote that are named
HIGHEST_NUMERAL = 9999  # that is written in Chinese; above it digits are read more easily
Check = Callable[[Claim], Verdict]


class Block(NamedTuple):
    """One paragraph of a sheet. *kind*: title, date, part (一、), question （（一）), line, hit, quote, beside, cited, reference or file.

    *location* is the part of a `cited` or `beside` block that names source and lines, as `show` takes it.
    """

    kind: str
    text: str
    location: str = ""


class Present(NamedTuple):
    """The time at which a sheet is written, and its index in a few words, None where there is none."""

    now: datetime
    index_line: str | None = None


def sheet(answers: Iterable[Answer], check: Check, present: Present) -> Iterator[Block]:
    """Yield the blocks of a report on *answers*; *check* returns what the source of a citation says now."""
    sources: dict[str, tuple[int, Reference]] = {}
    kinds: Counter[str] = Counter()
    verdicts: Counter[str] = Counter()
    asked: dict[tuple[tuple[str, str], ...], None] = {}
    parts = iter(range(1, 9))
    yield Block("title", say("Report on precedents"))
    yield Block("date", day(present.now))
    yield _part(next(parts), say("Questions and precedents"))
    for number, answer in enumerate(answers, 1):
        kinds["asked" if answer.error is None else "refused"] += 1
        kinds["found"] += answer.error is None and answer.found
        asked.setdefault(tuple(_flat(answer.asked)))
        yield from _answer_blocks(number, answer, check, sources, verdicts)
    if not kinds:
        yield Block("line", say("No question was handed over."))
    yield _part(next(parts), say("What was searched"))
    yield from _searched_blocks(present, list(asked), kinds)
    yield _part(next(parts), say("How the quotes were checked"))
    yield from _checked_blocks(present, verdicts)
    if sources:
        yield _part(next(parts), say("Sources"), "sources")
        for number, reference in sources.values():
            yield Block("reference", f"[{number}] {gbt7714(reference)}")
            yield Block("file", say("File: {source}", source=reference.source), reference.source)
            if reference.citation.sha256:
                yield Block("file", say("SHA-256 when it was quoted: {digest}", digest=one_line(reference.citation.sha256)))


def day(moment: datetime) -> str:
    """Return the day of *moment* in the reader's language."""
    return say("{year}-{month:02d}-{day:02d}", year=moment.year, month=moment.month, day=moment.day)


def numeral(number: int) -> str:
    """Return *number* as Chinese headings count: 一, 十二, 一百零五.

    >>> [numeral(number) for number in (1, 10, 12, 20, 105, 110, 300, 1001)]
    ['一', '十', '十二', '二十', '一百零五', '一百一十', '三百', '一千零一']
    """
    if not 0 < number <= HIGHEST_NUMERAL:
        return str(number)
    text, rest, gap = "", number, False
    for unit, name in UNITS:
        digit, rest = divmod(rest, unit)
        if digit:
            text += ("零" if gap else "") + DIGITS[digit] + name
        gap = bool(text) and not digit
    text += ("零" if gap and rest else "") + (DIGITS[rest] if rest else "")
    return text.removeprefix("一") if 10 <= number < 20 else text


def _pair(name: str, value: str) -> str:
    return f"{name}{'：' if language() == 'zh' else ': '}{value}"


def _comma() -> str:
    return "，" if language() == "zh" else ", "


def _stop() -> str:
    return "。" if language() == "zh" else "."


def _part(number: int, name: str, kind: str = "part") -> Block:
    return Block(kind, f"{numeral(number)}、{name}" if language() == "zh" else f"{number}. {name}")


def _answer_blocks(
    number: int, answer: Answer, check: Check, sources: dict[str, tuple[int, Reference]], verdicts: Counter[str]
) -> Iterator[Block]:
    """Yield the section of one question."""
    asked = say("Passages named by their citations") if answer.query is None else one_line(answer.query) or say("An empty question")
    asked = say("More like this: {passage}", passage=asked) if answer.like else asked
    yield Block("question", f"（{numeral(number)}）{asked}" if language() == "zh" else f"({number}) {asked}")
    if answer.id is not None and answer.id != str(number):
        yield Block("line", say("Number in the file of questions: {id}", id=one_line(answer.id)))
    for name, value in answer.columns.items():
        yield Block("line", _pair(one_line(name), one_line(value)))
    if answer.query is not None:
        yield Block("line", _conclusion(answer))
    for rank, quote in enumerate(answer.quotes, 1):
        yield from _quote_blocks(rank, quote, check(quote.claim), sources, verdicts)


def _conclusion(answer: Answer) -> str:
    if answer.error is not None:
        return say("This question could not be asked: {reason}", reason=one_line(answer.error))
    if not answer.found:
        return say("No precedent was found.")
    if not answer.quotes:
        return say("There are precedents, but the result lists none of them.")
    return counted(len(answer.quotes), "Found: {count} passage.", "Found: {count} passages.")


def _quote_blocks(
    rank: int, quote: Quote, verdict: Verdict, sources: dict[str, tuple[int, Reference]], verdicts: Counter[str]
) -> Iterator[Block]:
    """Yield a quote with its neighbours, its citation line and what its source says now."""
    verdicts[verdict.status] += 1
    reference = reference_of(quote.citation)
    number, _ = sources.setdefault(reference.key, (len(sources) + 1, reference))
    sure = "" if quote.score is None else say(" (probability {score:.0%})", score=quote.score)
    yield Block("hit", f"{rank}. {one_line(quote.citation.article) or say('Untitled')}{sure}")
    yield from (_beside(neighbour, say("Before")) for neighbour in quote.before)
    yield Block("quote", one_line(quote.claim.text))
    yield from (_beside(neighbour, say("After")) for neighbour in quote.after)
    yield Block(
        "cited", say("Source: {citation} [{number}]", citation=one_line(str(quote.citation)), number=number), quote.citation.location
    )
    yield Block("line", checked_line(verdict))


def _beside(neighbour: Neighbour, side: str) -> Block:
    return Block("beside", _pair(side, one_line(neighbour.text)), one_line(neighbour.location))


def checked_line(verdict: Verdict) -> str:
    """Return in a sentence what the source says now of a citation."""
    now = ",".join(str(first) if first == last else f"{first}-{last}" for first, last in verdict.now or ())
    place = now_line(verdict) if verdict.spot else ""
    if verdict.status == "ok":
        return say("Checked: the source says exactly this.")
    if verdict.status == "moved" and place:
        return say("Checked: the source says this, but at another place, {place}.", place=place)
    if verdict.status == "moved":
        return say("Checked: the source says this, but in other lines now: {lines}.", lines=now)
    if verdict.status == "altered" and place:
        return say("Not as quoted ({place}): in the source, {changes}.", place=place, changes=_changes(verdict.diff or ()))
    if verdict.status == "altered":
        return say("Not as quoted: in lines {lines} of the source, {changes}.", lines=now, changes=_changes(verdict.diff or ()))
    return say("Could not be confirmed: {reason}", reason=one_line(verdict.reason))


def _changes(diff: Difference | tuple[()]) -> str:
    """Return in words what a source says otherwise than the quote."""
    changes, old = [], ""
    for position, (sign, text) in enumerate(diff):
        following = diff[position + 1][0] if position + 1 < len(diff) else ""
        if sign == OLD and following == NEW:
            old = one_line(text)
        elif sign == OLD:
            changes.append(say("“{old}” is left out", old=one_line(text)))
        elif sign == NEW and old:
            changes.append(say("“{old}” is now “{new}”", old=old, new=one_line(text)))
            old = ""
        elif sign == NEW:
            changes.append(say("“{new}” is added", new=one_line(text)))
    more = [say("and more")] if len(changes) > MOST_CHANGES else []
    return _comma().join([*changes[:MOST_CHANGES], *more])


def _searched_blocks(present: Present, asked: list[tuple[tuple[str, str], ...]], kinds: Counter[str]) -> Iterator[Block]:
    """Yield how many questions there were, what they were asked of and how."""
    questions = counted(kinds["asked"] + kinds["refused"], "{count} question", "{count} questions")
    answered = say(
        "{questions}: {found} with precedents, {none} without",
        questions=questions,
        found=kinds["found"],
        none=kinds["asked"] - kinds["found"],
    )
    refused = say(", {refused} that could not be asked", refused=kinds["refused"]) if kinds["refused"] else ""
    yield Block("line", f"{answered}{refused}{_stop()}")
    known = [options for options in asked if options]
    for options in known:
        yield from (Block("line", _pair(name, value)) for name, value in options)
    if len(known) < len(asked):
        yield Block("line", say("The results do not say of which state of which index they were asked, nor with which options."))
    if present.index_line:
        yield Block("line", _pair(say("Index at the time of writing"), present.index_line))


def _checked_blocks(present: Present, verdicts: Counter[str]) -> Iterator[Block]:
    now = f"{day(present.now)} {present.now:%H:%M}"
    if not verdicts:
        yield Block("line", say("There was no quote to check ({when}).", when=now))
        return
    counts = {
        "ok": say("{count} as quoted", count=verdicts["ok"]),
        "moved": say("{count} moved to another place", count=verdicts["moved"]),
        "altered": say("{count} altered", count=verdicts["altered"]),
        "missing": say("{count} not confirmed", count=verdicts["missing"]),
    }
    listed = _comma().join(counts[state] for state in STATES if verdicts[state] or state == "ok")
    checked = counted(verdicts.total(), "{count} quote was compared with its source", "{count} quotes were compared with their sources")
    yield Block("line", say("{checked} at {when}: {listed}.", checked=checked, when=now, listed=listed))


def _flat(asked: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the names and values of what a result says of its search, without those that are empty."""
    for name, value in asked.items():
        if isinstance(value, dict):
            yield from _flat(value)
        elif value is not None and value not in ("", 0):
            yield named(name), one_line(MODES.get(value, str(value)) if name == "mode" and language() == "zh" else str(value))


def index_line(facts: dict[str, Any]) -> str:
    """Return what `Index.facts` says of an index, in a few words."""
    return say(
        "{address} ({pages} pages, {passages} passages, state {state})",
        address=one_line(str(facts.get("place"))), pages=facts.get("pages"), passages=facts.get("passages"), state=facts.get("generation"),
    )  # fmt: skip


def named(field: str) -> str:
    """Return the name of a field of a search as people say it; an unknown one stays as it is."""
    known = {
        "index": say("Index"), "state": say("State of the index"), "date": say("Asked on"), "model": say("Model"),
        "k": say("Passages at most"), "mode": say("What finds passages"), "min_score": say("Lowest probability"), "place": say("Place"),
        "source": say("Only sources"), "since": say("Printed since"), "until": say("Printed until"),
        "per_article": say("Passages of one article at most"),
        "context": say("Neighbours shown"), "rerank": say("Cross-encoder"),
    }  # fmt: skip
    return known.get(field, one_line(field))
