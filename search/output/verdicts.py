"""Write verdicts on citations: a line for people, fields for programs, counts for both.

>>> from search.verification.diff import difference
>>> difference_line(difference("小区路上没有乱停的电动车。", "小区路上没有随意停放的电动车。"))
'小区路上没有[-乱停-]{+随意停放+}的电动车。'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from index.document import line_ranges, standing
from index.messages import counted, language, say
from search.output.documents import box_line, spot_fields
from search.output.terminal import safe
from search.verification.claims import NOWHERE, Answered
from search.verification.diff import OLD, SAME, Difference
from search.verification.verify import STATES, Verdict

SCHEMA = "qianli.verified.v1"
NAMED = 30  # characters of a question that names it
AROUND = 12  # characters that are shown on either side of a change
UNREADABLE = "unreadable"  # counts the parts of results that hold no claim


def verdict_fields(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as the fields of the JSON schema qianli.verified.v1."""
    claim = verdict.claim
    return {
        "schema": SCHEMA, "id": claim.id, "source": claim.source, "lines": [list(pair) for pair in claim.lines],
        "status": verdict.status, "now": None if verdict.now is None else [list(pair) for pair in verdict.now],
        "now_at": None if verdict.spot is None else spot_fields(verdict.spot),
        "diff": None if verdict.diff is None else [list(part) for part in verdict.diff],
        "source_status": verdict.source_status, "reason": verdict.reason,
        "question": None if claim.question is None else claim.question._asdict(),
    }  # fmt: skip


def verdict_line(verdict: Verdict) -> str:
    """Return a verdict as one line for a person.

    >>> from search.verification.claims import Claim
    >>> verdict_line(Verdict(Claim("1f", "a.txt", ((3, 3),), "修路。"), "moved", "changed", ((5, 6),)))
    'moved    a.txt:3 (1f) now at 5-6'
    """
    claim = verdict.claim
    stands = standing(claim.lines, claim.spot or NOWHERE, claim.reader)
    where = f"{claim.source} {stands}" if stands else f"{claim.source}:{line_ranges(claim.lines)}"
    parts = [f"{state_name(verdict.status):<8} {where}", f"({claim.id})"]
    parts += [now_line(verdict)] if verdict.now else []
    parts += [difference_line(verdict.diff)] if verdict.diff else []
    parts += [verdict.reason] if verdict.reason else []
    return safe(" ".join([*parts, *([f"· {question_line(claim.question)}"] if claim.question else [])]))


def now_line(verdict: Verdict) -> str:
    """Return where the text of a claim stands now: its lines, and of a document what people see of it.

    >>> from search.verification.claims import Claim
    >>> now_line(Verdict(Claim("1f", "a.txt", ((3, 3),), "修路。"), "moved", "changed", ((5, 6),)))
    'now at 5-6'
    """
    lines = verdict.now or ()
    place = standing(lines, verdict.spot, "a document") if verdict.spot else ""
    if not verdict.spot or not place:
        return say("now at {lines}", lines=line_ranges(lines))
    claim = verdict.claim
    cited = claim.spot or NOWHERE
    if place != standing(claim.lines, cited, claim.reader):
        return say("now: {place}", place=place)
    if verdict.spot.box and verdict.spot.box != cited.box:  # it moved on its page
        return say("now: {place}, {box}", place=place, box=box_line(verdict.spot.box))
    return say("now: {place}, lines {lines} of its text", place=place, lines=line_ranges(lines))


def question_line(question: Answered) -> str:
    """Return which question a citation answers, in a few words.

    >>> question_line(Answered("17", "电瓶车乱停", 2))
    'question 17 “电瓶车乱停”, hit 2'
    """
    short = " ".join(question.query.split())
    short = short if len(short) <= NAMED else f"{short[:NAMED]}…"
    if question.id is None:
        return say("question “{query}”, hit {rank}", query=short, rank=question.rank)
    return say("question {id} “{query}”, hit {rank}", id=question.id, query=short, rank=question.rank)


def counts_line(counts: Mapping[str, int]) -> str:
    """Return how many citations were verified, and with which verdict.

    >>> counts_line({"ok": 2, "moved": 1, "unreadable": 0}), counts_line({"ok": 1})
    ('3 citations: 2 ok, 1 moved', '1 citation: 1 ok')
    """
    parts = [_count(name, counts.get(name, 0)) for name in (*STATES, UNREADABLE) if counts.get(name) or name == "ok"]
    listed = ("，" if language() == "zh" else ", ").join(parts)
    return counted(sum(counts.get(name, 0) for name in STATES), "{count} citation: {listed}", "{count} citations: {listed}", listed=listed)


def _count(state: str, count: int) -> str:
    return f"{state_name(state)} {count} 条" if language() == "zh" else f"{count} {state_name(state)}"


def state_name(state: str) -> str:
    """Return the name of what became of a citation in the language of the reader."""
    names = {"ok": say("ok"), "moved": say("moved"), "altered": say("altered"), "missing": say("missing"), UNREADABLE: say("unreadable")}
    return names[state]


def difference_line(pieces: Difference) -> str:
    """Return a difference in one line: `[-what was-]{+what is+}`, with a little of the common text around each change."""
    parts = []
    for position, (sign, text) in enumerate(pieces):
        if sign == SAME:
            parts.append(_shortened(text, position == 0, position == len(pieces) - 1))
        else:
            parts.append(f"[-{text}-]" if sign == OLD else f"{{+{text}+}}")
    return "".join(parts)


def _shortened(text: str, first: bool, last: bool) -> str:
    if first and len(text) > AROUND:
        return "…" + text[-AROUND:]
    if last and len(text) > AROUND:
        return text[:AROUND] + "…"
    return text if len(text) <= 2 * AROUND else f"{text[:AROUND]}…{text[-AROUND:]}"
