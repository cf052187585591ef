"""What indexing did and what an index holds, as lines for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from index.messages import counted, language, say

if TYPE_CHECKING:
    from index.indexing import Copied, IndexReport, Removal  # brings all that reads pages, which `info` does without

INDEXED, REMOVED, COPIED = "qianli.indexed.v1", "qianli.removed.v1", "qianli.copied.v1"
MOST_LINES = 5  # for files that were skipped for the same reason; more of them share a line
WIDTH = 11  # columns of the name of a fact
MOST_NAMED = 3  # files that such a line names
WAYS: Mapping[str, Callable[[Any], str]] = {  # of finding passages without looking at all of them -> words; any other is named as it is
    "codes": lambda way: say("codes of {bits} bits find the {compared:,} that are compared exactly", **_picked(way, "bits", "compared")),
    "HNSW": lambda way: say("a graph of neighbours (HNSW) is followed, {effort} candidates at a time", **_picked(way, "effort")),
    "rare_terms": lambda way: say("those of at most {share:.0%} of the passages find what all of them score", **_picked(way, "share")),
}
FACTS: Mapping[str, Callable[[Any], str]] = {  # of an index -> how its value is written; any other by str
    "bytes": lambda count: f"{count / 2**20:.1f} MB",
    "model": lambda model: say("{name} ({dim} dimensions, {fingerprint})", **_picked(model, "name", "dim", "fingerprint")),
    "unfinished": lambda pages: say("not finished, {count:,} pages are kept; go on with it: qianli index FOLDER", count=pages),
    "approximate": lambda ways: _ways_text(ways) if ways else say("exact"),
    "kinds": lambda kinds: ", ".join(f"{kind or '-'} {count}" for kind, count in kinds.items()),
    "damage": lambda damage: "; ".join(damage) or say("none: every row and file agrees with its digest"),
}


def report_lines(report: IndexReport, facts: dict[str, Any]) -> Iterator[str]:
    """Yield what a run of indexing did: what was skipped and why, then counts."""
    yield from skipped_lines(report)
    yield from note_lines(report)
    yield files_line(report)
    if report.aside:
        names = ", ".join(report.aside[:MOST_NAMED]) + " …" * (len(report.aside) > MOST_NAMED)
        yield say("not read, since about their folder: {names}", names=names)
    pages = counted(facts["pages"], "{count} page", "{count} pages")
    articles = counted(facts["articles"], "{count} article", "{count} articles")
    passages = counted(facts["passages"], "{count} passage", "{count} passages")
    yield say("{index} holds {pages}, {articles}, {passages}", index=facts["place"], pages=pages, articles=articles, passages=passages)


def skipped_lines(report: IndexReport) -> Iterator[str]:
    """Yield a line for each skipped file with its reason; one for all, where many have the same reason."""
    for reason, sources in _sources_by((skipped.reason, skipped.source) for skipped in report.skipped).items():
        if len(sources) <= MOST_LINES:
            yield from (say("skipped {source}: {reason}", source=source, reason=reason) for source in sources)
            continue
        names = ", ".join(sources[:MOST_NAMED])
        yield say("skipped {count} files, such as {names} (--json names all): {reason}", count=len(sources), names=names, reason=reason)


def note_lines(report: IndexReport) -> Iterator[str]:
    """Yield a line for each document that was not read whole; one for all, where many have the same note."""
    for note, sources in _sources_by((note, source) for source, note in report.notes).items():
        if len(sources) <= MOST_LINES:
            yield from (say("{source}: {note}", source=source, note=note) for source in sources)
            continue
        names = ", ".join(sources[:MOST_NAMED])
        yield say("{count} files, such as {names} (--json names all): {note}", count=len(sources), names=names, note=note)


def _sources_by(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the sources of each reason, from pairs of a reason and a source."""
    sources: dict[str, list[str]] = {}
    for reason, source in pairs:
        sources.setdefault(reason, []).append(source)
    return sources


def change_lines(report: IndexReport) -> Iterator[str]:
    """Yield a line for each source that a run would change or skip."""
    yield from (say("new      {source}", source=source) for source in report.sources.added)
    yield from (say("changed  {source}", source=source) for source in report.sources.changed)
    yield from (say("moved    {source} (was {former})", source=move.source, former=move.former) for move in report.sources.moved)
    yield from (say("removed  {source}", source=source) for source in report.sources.removed)
    yield from (say("skipped  {source}: {reason}", source=skipped.source, reason=skipped.reason) for skipped in report.skipped)


def report_fields(report: IndexReport, address: str, facts: dict[str, Any] | None) -> dict[str, Any]:
    """Return a run of indexing as the fields of the JSON schema qianli.indexed.v1; without *facts*, of a run that wrote nothing."""
    skipped = [{"source": source, "reason": reason} for source, reason, _ in report.skipped]
    return {
        "schema": INDEXED, "index": address, "dry_run": facts is None, "added": report.sources.added, "changed": report.sources.changed,
        "moved": [{"from": move.former, "to": move.source} for move in report.sources.moved], "removed": report.sources.removed,
        "unchanged": report.unchanged, "skipped": skipped, "aside": report.aside,
        "notes": [note._asdict() for note in report.notes],
        "embedded": None if facts is None else report.passages,
        "holds": None if facts is None else {name: facts[name] for name in ("pages", "articles", "passages")},
    }  # fmt: skip


def removal_fields(removal: Removal) -> dict[str, Any]:
    """Return what was removed as the fields of the JSON schema qianli.removed.v1."""
    return {"schema": REMOVED, **removal._asdict()}


def copy_fields(copied: Copied, source: str, target: str) -> dict[str, Any]:
    """Return what was copied as the fields of the JSON schema qianli.copied.v1."""
    return {"schema": COPIED, "from": source, "to": target, **copied._asdict()}


def files_line(report: IndexReport) -> str:
    """Return the counts of files in a run of indexing as one line."""
    counts = (
        (report.added, say("{count} new", count=report.added)),
        (report.changed, say("{count} changed", count=report.changed)),
        (report.moved, say("{count} moved", count=report.moved)),
        (report.unchanged, say("{count} unchanged", count=report.unchanged)),
        (report.removed, say("{count} removed", count=report.removed)),
        (len(report.skipped), say("{count} skipped", count=len(report.skipped))),
    )
    separator = "、" if language() == "zh" else ", "
    return say("files: {counts}", counts=separator.join(text for count, text in counts if count) or say("none"))


def kinds_of(sources: Iterable[str]) -> dict[str, int]:
    """Return how many files of each kind *sources* are, by their suffixes, those of most files first.

    >>> kinds_of(["报告.pdf", "甲.txt", "乙.TXT", "无后缀"])
    {'txt': 2, '': 1, 'pdf': 1}
    """
    counts = Counter(PurePosixPath(source).suffix.lower().removeprefix(".") for source in sources)
    return dict(sorted(counts.items(), key=lambda kind: (-kind[1], kind[0])))


def facts_lines(facts: dict[str, Any]) -> Iterator[str]:
    """Yield what is known of an index, one fact a line."""
    from rich.cells import cell_len

    names = {
        "place": say("address"), "pages": say("pages"), "articles": say("articles"), "passages": say("passages"), "model": say("model"),
        "segmenter": say("segmenter"), "format": say("format"), "generation": say("generation"), "bytes": say("size"),
        "damage": say("damage"), "kinds": say("kinds"), "approximate": say("search"), "unfinished": say("build"),
    }  # fmt: skip
    for key, value in facts.items():
        name = names.get(key, key)
        yield f"{name}{' ' * (WIDTH - cell_len(name))}{FACTS.get(key, str)(value)}"


def _ways_text(ways: Mapping[str, Mapping[str, Any]]) -> str:
    """Return what of the search is approximate: how, and what that keeps of the exact search, a line for `vectors` and one for `terms`."""
    names = {"vectors": say("vectors"), "terms": say("terms")}
    return f"\n{' ' * WIDTH}".join(
        say(
            "{what} approximate: {how}; this keeps {kept} of the exact search among {passages:,} passages",
            what=names.get(what, what),
            how=WAYS.get(way["method"], lambda way: str(way["method"]))(way),
            kept=", ".join(f"{measure} {share:.4f}" for measure, share in way["measured"].items() if measure != "passages"),
            passages=way["measured"]["passages"],
        )
        for what, way in ways.items()
    )


def _picked(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names}
