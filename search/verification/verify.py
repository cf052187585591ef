"""Verify citations against their sources as they are today: claims in, verdicts out.

    claim: source, lines, text ──sources──▶ page ──anchoring──▶ ok       the cited lines hold the text, all of them and no other line
                                                                moved    other lines hold it
                                                                altered  most of it is there, with a difference
                                                                missing  less than half of it is there, or there is no file

Of a document, the text must stand on the cited page, in the cited box or cell, too. Lines and boxes are what one reader made of it: where
another one, or another version, reads it now, they are not compared, and text, page, sheet, cell and part decide.

A digest that still fits proves nothing about a citation that was wrong from the start, so the text itself is looked for each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import nlargest
from itertools import pairwise, takewhile
from typing import NamedTuple

from index.document import Citation, LineRange, Spot, id_of
from index.files.content import Skipped
from index.messages import say
from search.verification.anchoring import BareText, PageWords, Placement, bare_text, trimmed
from search.verification.claims import NOWHERE, Claim
from search.verification.diff import LONGEST_DIFF, NEW, OLD, SAME, Difference, difference, likeness, probable_span, share_kept
from search.verification.sources import SourcePage, Sources

LEAST_KEPT = 0.5  # share of a passage that must be left for it to be called altered; with less left it is another text
MOST_REPEATS = 20  # passages of one text in one source whose ids are tried
MOST_READINGS = 3  # passages of the cited lines, those most like the claim, that it is compared with
NEAR = 3.0  # points, a millimetre, by which two boxes of the same text may differ
CERTAIN = 4  # characters of an equal piece that two texts do not share by chance
STATES = ("ok", "moved", "altered", "missing")


class Verdict(NamedTuple):
    """What became of a claim. *now*: the lines that hold its text, or what became of the text; *spot*: where in the document these stand.

    *status* is one of STATES; *source_status* is unchanged, changed, unknown (the claim has no digest) or missing.
    """

    claim: Claim
    status: str
    source_status: str
    now: tuple[LineRange, ...] | None = None
    diff: Difference | None = None
    reason: str | None = None
    spot: Spot | None = None


class AlteredPlacement(NamedTuple):
    """A part of a page that may be what became of a passage, and how the two differ."""

    placement: Placement
    diff: Difference


def verify(claims: Iterable[Claim], sources: Sources) -> Iterator[Verdict]:
    """Yield the verdict on each of *claims*, in their order, as they come."""
    for claim in claims:
        page = sources.page(claim.source, claim.sha256)
        if isinstance(page, Skipped):
            yield Verdict(claim, "missing", "missing", reason=page.reason)
        else:
            yield _verdict(claim, page)


def _verdict(claim: Claim, page: SourcePage) -> Verdict:
    source = "unknown" if not claim.sha256 else "unchanged" if claim.sha256 == page.page.sha256 else "changed"
    words, passage, same = page.words, bare_text(claim.text), _same_reader(claim, page)
    lines = claim.lines if same else page.lines_from(claim.spot or NOWHERE)
    placement = words.find_in_lines(passage, lines) if same else words.find_among(passage, lines)
    whole = placement and _is_whole(claim, passage, words, placement)
    if placement and whole and (not same or words.fills_lines(placement, lines)):
        return _stands(claim, source, page, words.lines(placement), page.spot(words.spans(placement)))
    readings = page.readings.get(claim.text, [])
    for cited in readings:
        if cited.lines == claim.lines if same else _differs(claim, cited.spot, same) is None:
            return _stands(claim, source, page, cited.lines, cited.spot)
    placement = placement if whole else words.find_elsewhere(passage, claim.lines) or placement
    if placement and _is_whole(claim, passage, words, placement):
        return Verdict(claim, "moved", source, words.lines(placement), spot=page.spot(words.spans(placement)))
    if readings:
        nearest = min(readings, key=lambda cited: abs(cited.lines[0][0] - claim.lines[0][0]))
        return Verdict(claim, "moved", source, nearest.lines, spot=page.spot_of(nearest))
    if placement:  # the page has all of the text, and goes on in the same sentence
        wider = words.between(*words.widened(placement))
        diff = difference(claim.text, words.quote(wider))
        return Verdict(claim, "altered", source, words.lines(wider), diff, spot=page.spot(words.spans(wider)))
    return _altered_or_missing(claim, passage, page, source)


def _same_reader(claim: Claim, page: SourcePage) -> bool:
    """Whether what reads the document now is what read it when it was cited, so that lines and boxes can be compared."""
    return claim.reader is None or claim.reader == page.page.reader


def _stands(claim: Claim, source: str, page: SourcePage, lines: tuple[LineRange, ...], spot: Spot | None) -> Verdict:
    """Return ok where *spot*, at which the text of *claim* stands, is the spot that was cited, else moved."""
    if _differs(claim, spot or NOWHERE, _same_reader(claim, page)) is None:
        return Verdict(claim, "ok", source)
    return Verdict(claim, "moved", source, lines, spot=spot)


def _differs(claim: Claim, spot: Spot, same_reader: bool) -> str | None:
    """Return which field of the spot that *claim* cites is another one in *spot*, None where none is."""
    cited = claim.spot or NOWHERE
    for name in ("page", "label", "sheet", "cell", "part"):
        if getattr(cited, name) not in (None, getattr(spot, name)):
            return name
    if same_reader and cited.box and not (spot.box and all(abs(a - b) <= NEAR for a, b in zip(cited.box, spot.box, strict=True))):
        return "box"
    return None


def _is_whole(claim: Claim, passage: BareText, words: PageWords, placement: Placement) -> bool:
    """Whether *placement* is no cut quotation: it ends at words, or the citation's id was made of exactly this text."""
    return words.ends_at_words(placement) or any(
        claim.id == id_of(claim.source, passage.characters, repeat) for repeat in range(1, MOST_REPEATS)
    )


def _altered_or_missing(claim: Claim, passage: BareText, page: SourcePage, source: str) -> Verdict:
    """Return the verdict on a text that the page does not have as it is."""
    words = page.words
    candidates = (_altered_placement(claim.text, words, placement) for placement in _placements_near(claim, passage, words))
    best = max(candidates, key=lambda candidate: likeness(candidate.diff), default=None)
    if best and share_kept(best.diff) >= LEAST_KEPT:
        spot = page.spot(words.spans(best.placement))
        return Verdict(claim, "altered", source, words.lines(best.placement), best.diff, spot=spot)
    for cited, diff in _readings_near(claim, page):  # a row of a `<table>` has tags between its words, which the passage has not
        if share_kept(diff) >= LEAST_KEPT:
            return Verdict(claim, "altered", source, cited.lines, diff, spot=page.spot_of(cited))
    gone = source == "changed"
    reason = say("its text does not stand in the source any more") if gone else say("its text does not stand in the source")
    if not _same_reader(claim, page):
        now = page.page.reader or say("nothing but its text")
        reason = say("{reason}; it was cited as {then} reads it, and is read by {now}", reason=reason, then=claim.reader, now=now)
    return Verdict(claim, "missing", source, reason=reason)


def _placements_near(claim: Claim, passage: BareText, words: PageWords) -> Iterator[Placement]:
    """Yield the cited lines, and the part of the page that has most pieces of the passage."""
    cited = words.words_of_lines(claim.lines)
    if cited and sum(piece.last - piece.first for piece in cited) <= LONGEST_DIFF:
        yield cited
    span = probable_span(words.bare, passage.characters[:LONGEST_DIFF], cited[0].first if cited else 0)
    if span:
        yield words.between(*span)


def _readings_near(claim: Claim, page: SourcePage) -> Iterator[tuple[Citation, Difference]]:
    """Yield how the claim differs from the passages that are read today in the lines that it cites, those most like it first."""
    read = [(text, one) for text, cited in page.readings.items() for one in cited if _overlap(one.lines, claim.lines)]
    own = set(pairwise(claim.text))
    for text, cited in nlargest(MOST_READINGS, read, key=lambda reading: len(own & set(pairwise(reading[0])))):
        if len(text) <= LONGEST_DIFF:
            yield cited, difference(claim.text, text)


def _overlap(ranges: Iterable[LineRange], others: Sequence[LineRange]) -> bool:
    return any(first <= end and start <= last for first, last in ranges for start, end in others)


def _altered_placement(text: str, words: PageWords, placement: Placement) -> AlteredPlacement:
    """Compare *text* with *placement*, without what stands before and after the text there."""
    around = difference(text, words.quote(placement))
    inner = trimmed(placement, _surplus(around), _surplus(around[::-1]))
    return AlteredPlacement(inner, difference(text, words.quote(inner)))


def _surplus(pieces: Difference) -> int:
    """Return how many more characters the new text has than the old one before their first certain common piece."""
    size = {OLD: 0, NEW: 0}
    for sign, text in takewhile(lambda piece: piece[0] != SAME or len(piece[1]) < CERTAIN, pieces):
        for side in size if sign == SAME else (sign,):
            size[side] += len("".join(text.split()))
    return max(0, size[NEW] - size[OLD])
