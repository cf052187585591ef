"""Bring an index up to date with files, in one commit; take sources out of it; derive or embed it anew from its own rows.

named files and folders ──▶ updating: find, sort, read, embed ──▶ one commit
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from index.document import Passage
from index.encoders.open import open_encoder
from index.encoders.protocol import Encoder
from index.engine.copying import Copied, copy
from index.engine.made_with import note_device, refuse_other_model
from index.engine.open import model_at, open_index, rederive
from index.engine.protocol import Address, Index, model_of
from index.errors import BadInput, NoIndex
from index.updating.embedding import SILENT, Progress, embedded_text, encode
from index.updating.folders import Folders, root_of
from index.updating.rehearsal import Rehearsal
from index.updating.removal import Removal, sources_to_remove
from index.updating.report import IndexReport
from index.updating.update import WRITTEN_AT_ONCE, Update
from index.workers import Workers

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

__all__ = [
    "Copied",
    "IndexReport",
    "Progress",
    "Removal",
    "Workers",
    "build",
    "copy_index",
    "embed_again",
    "embedded_text",
    "named_before",
    "rebuild_index",
    "rehearse",
    "remove",
]


def build(
    paths: Iterable[Path] | None,
    index: Index,
    encoder: Encoder,
    progress: Progress = SILENT,
    *,
    wait: float = 0.0,
    prune: bool = False,
    workers: Workers | None = None,
) -> IndexReport:
    """Bring *index* up to date with the files under *paths*, in one commit; None: under all that were ever named.

    If another process is writing the index, wait at most *wait* seconds. Raises Busy after that, OtherModel if the index was made with
    another encoder, BadInput if one of *paths* cannot be read at all, or if a folder came up empty or lost most of its pages: then
    nothing is changed, unless *prune* says that these pages may go.

    *workers*, such as `Workers(4)`, read and cut many pages in processes of their own; what is indexed is the same. The caller ends them.
    """
    refuse_other_model(index, encoder)
    with index.writing(wait, progress.waiting, workers, building=True) as writer:
        folders = Folders.of(index)
        report = Update(paths, writer, encoder, progress, folders, workers).run(prune)
        folders.save(index)  # before another process may write: it would read the record without these
    note_device(index, encoder)
    return report


def rehearse(
    paths: Iterable[Path] | None, address: Address, progress: Progress = SILENT, *, prune: bool = False, workers: Workers | None = None
) -> IndexReport:
    """Return what `build` would do to the index at *address*, and write nothing; there need not be an index yet.

    *passages* of the report counts the passages of new and changed pages, also those that would not be embedded again.
    """
    try:
        with open_index(address) as index:
            folders, writer = Folders.of(index), Rehearsal(index.sources().values())
    except NoIndex:
        folders, writer = Folders(root_of(address)), Rehearsal(())
    return Update(paths, writer, None, progress, folders, workers).run(prune)


def remove(names: Sequence[str], index: Index, progress: Progress = SILENT, *, wait: float = 0.0) -> Removal:
    """Take the sources that *names* mean out of *index*, in one commit, whether their files still exist or not.

    A name is a path, or what `engine.source_names` reads. Raise BadInput where one may be either of two; for *wait* see `build`.
    """
    with index.writing(wait, progress.waiting) as writer:
        folders = Folders.of(index)
        removal = sources_to_remove(names, [*writer.sources()], folders)
        for source in removal.removed:
            writer.remove(source)
        folders.save(index)
    return removal


def rebuild_index(address: Address, encoder: Encoder | None = None, progress: Progress = SILENT, *, wait: float = 0.0) -> None:
    """Derive the index at *address* anew from its own rows, without the sources; with *encoder*, embed its passages with that encoder."""
    rederive(address, wait, progress.waiting, partial(_lost_vectors, address, progress))
    if encoder is not None:
        with open_index(address) as index:
            if index.model != model_of(encoder):
                embed_again(index, encoder, progress, wait=wait)


def _lost_vectors(address: Address, progress: Progress, passages: Sequence[Passage]) -> Vectors:
    """Return the vectors of *passages* by the model that made the index at *address*."""
    model = model_at(address)
    assert model is not None
    return encode(passages, open_encoder(model.name), progress, 0, len(passages))


def embed_again(index: Index, encoder: Encoder, progress: Progress = SILENT, *, wait: float = 0.0) -> None:
    """Replace the vectors of *index* by those of *encoder*, the index's own or another one; sources are not read.

    If only the name differs (the model's folder was moved), the vectors are kept. For *wait* see `build`.
    """
    model = model_of(encoder)
    with index.writing(wait, progress.waiting) as writer, open_index(index.address) as current:  # others may have written meanwhile
        renamed = current.model[1:] == model[1:]
        writer.replace_vectors(model, () if renamed else _vectors_by_key(current, encoder, progress))
    note_device(index, encoder)


def copy_index(given: Address, to: Address, progress: Progress = SILENT, *, prune: bool = False, wait: float = 0.0) -> Copied:
    """Make the index at *to*, which is made where there is none, hold what the index at *given* holds, also what folders were named.

    *prune*: pages of the copy that *given* has not may go; else BadInput is raised for them. Nothing is read but the rows of *given*, and
    nothing is embedded. A copy that was stopped goes on where it was; for *wait* see `build`.
    """
    with open_index(given) as source:
        if "unfinished" in source.facts():
            raise BadInput("the first build of the index in {folder} is not finished; go on with it: qianli index FOLDER", folder=given)
        with open_index(to, create=source.model) as target:
            copied = copy(source, target, prune=prune, wait=wait, tell=progress.waiting, listen=progress.file)
            folders = Folders.of(source)
            folders.at(root_of(target.address)).save(target)
    return copied


def named_before(index: Index) -> list[Path]:
    """Return the files and folders whose pages are in *index*, as they were named: what `build` reads where no paths are given."""
    folders = Folders.of(index)
    return folders.named(str(folders.lies_now(file).path) for file in index.sources().values())


def _vectors_by_key(index: Index, encoder: Encoder, progress: Progress) -> Iterator[tuple[int, Vectors]]:
    """Yield a new vector for every passage of *index*, by its key."""
    passages, done = iter(index.every_passage()), 0
    while batch := list(islice(passages, WRITTEN_AT_ONCE)):
        vectors = encode([passage for _, passage in batch], encoder, progress, done, len(index))
        yield from zip([key for key, _ in batch], vectors, strict=True)
        done += len(batch)
