"""Copy an index page by page into another one, perhaps of another engine: rows with their vectors, without the sources.

What is there already stays, so that a copy that was stopped goes on. At the end every page of both is read and compared by its digests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from index.document import Page
from index.engine.made_with import DEVICES
from index.engine.protocol import Index, Source, Tell, Writer, silent
from index.errors import BadInput, OtherModel, QianliError, Unwritten

NOTES = (DEVICES, "calibration")  # those that say the same of the copy; which folders were named depends on where an index lies
MOST_NAMED = 3  # sources that a message names
Listen = Callable[[str], None]  # takes the name of each source that is copied


class Copied(NamedTuple):
    """What a copy did: the pages and passages that it wrote, and the pages that were there before."""

    pages: int
    passages: int
    before: int


def copy(source: Index, target: Index, *, prune: bool = False, wait: float = 0.0, tell: Tell = silent, listen: Listen = silent) -> Copied:
    """Make *target*, of the same model, hold what *source* holds.

    Raises OtherModel for another model, BadInput where *target* has pages that *source* has not, unless *prune* says that these may go,
    Unwritten where a page that was written reads otherwise. For *wait* and *tell* see `Index.writing`.
    """
    if source.model[1:] != target.model[1:]:
        raise OtherModel(
            "{target} was made with the model {theirs}, {source} with {ours}; copy into an index that is not there yet",
            target=target.address,
            theirs=target.model.name,
            source=source.address,
            ours=source.model.name,
        )
    files = sorted(source.sources().values(), key=lambda file: file.source)
    with target.writing(wait, tell, building=True) as writer:
        held = {file.source: file for file in writer.sources()}
        others = held.keys() - {file.source for file in files}
        if not prune:
            _refuse_others(others, source, target)
        for name in sorted(others):
            writer.remove(name)
        missing = [file for file in files if held.get(file.source) != file]
        passages = _write(source, writer, missing, len(source), listen)
    if different := [*_different(source, target, files)]:  # pages that were there before, of the same files
        with target.writing(wait, tell) as writer:
            passages += _write(source, writer, different, len(source), listen)
        if still := [*_different(source, target, different)]:
            raise Unwritten(
                "{target} holds {sources} otherwise than it was written; try again", target=target.address, sources=_named(still)
            )
    for note in NOTES:
        if (text := source.read_note(note)) is not None and text != target.read_note(note):
            target.write_note(note, text)
    written = {file.source for file in (*missing, *different)}
    return Copied(len(written), passages, len(files) - len(written))


def _write(source: Index, writer: Writer, files: Iterable[Source], every: int, listen: Listen) -> int:
    """Add the pages of *files* as *source* has them; return how many passages they have."""
    done = 0
    writer.expect(every)
    for file in files:
        listen(file.source)
        page = source.stored(file.source)
        text_less = Page(file.source, "", file.sha256, page.encoding)
        writer.add(text_less, file, page.articles, page.passages, source.vectors(page.keys))
        done += len(page.passages)
    return done


def _different(source: Index, target: Index, files: Iterable[Source]) -> Iterator[Source]:
    """Yield the files whose page in *target* is not that of *source*: its rows by their digests, its vectors to the last bit."""
    for file in files:
        try:
            ours, theirs = source.stored(file.source), target.stored(file.source)
            same = ours.digest == theirs.digest and (source.vectors(ours.keys) == target.vectors(theirs.keys)).all()
        except QianliError:
            same = False
        if not same:
            yield file


def _refuse_others(others: Iterable[str], source: Index, target: Index) -> None:
    if names := sorted(others):
        raise BadInput(
            "{target} holds {sources}, which {source} has not; to take them out of the copy, give --prune, else copy to another place",
            target=target.address,
            sources=_named(names),
            source=source.address,
        )


def _named(files: Iterable[Source | str]) -> str:
    names = [file if isinstance(file, str) else file.source for file in files]
    return ", ".join(names[:MOST_NAMED]) + " …" * (len(names) > MOST_NAMED)
