"""A writer that writes nothing: what a run of indexing would do is only reported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from index.document import Article, Page, Passage
from index.engine.protocol import Model, Source, Stamp, Terms

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors


class Rehearsal:
    """Knows the files of an index, as a Writer does, and ignores every change."""

    unfinished = False

    def __init__(self, sources: Iterable[Source]) -> None:
        self._sources = {file.source: file for file in sources}

    def expect(self, passages: int) -> bool:
        return False

    def add(
        self, page: Page, file: Source, articles: Sequence[Article], passages: Sequence[Passage], vectors: Vectors, terms: Terms = ()
    ) -> None: ...

    def remove(self, source: str) -> None: ...

    def sources(self) -> Iterable[Source]:
        return self._sources.values()

    def stamps(self) -> Iterable[Stamp]:
        for file in self._sources.values():
            yield Stamp(file.source, str(file.path), *file[2:])

    def source(self, name: str) -> Source:
        return self._sources[name]

    def touch(self, file: Source) -> None: ...

    def known_vectors(self, passages: Sequence[Passage]) -> list[Vectors | None]:
        return [None] * len(passages)

    def replace_vectors(self, model: Model, vectors: Iterable[tuple[int, Vectors]]) -> None: ...
