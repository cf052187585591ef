"""Pages in three versions, an index of each, and everything that a reader can ask of it, so that no damage goes unseen.

Every text of version 7 says so: 第7版. A version differs from the one before in a few pages: changed, removed, new and renamed ones.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from index.document import Page
from index.engine.open import open_index, rederive
from index.engine.protocol import Address, model_of
from index.errors import NoIndex
from index.indexing import build
from index.segmentation.articles import articles
from index.text.tokens import terms
from index.updating.folders import Folders
from tests.engine.pages import matching, nearest, selected
from tests.robustness.children import Ended, tried
from tests.toy import WORDS, ToyEncoder

TOY = ToyEncoder()
LARGE = 18  # pages of PARAGRAPHS paragraphs, which do not change
SMALL = 8  # pages of one paragraph, of which some change: so few that a snapshot links the one before
PARAGRAPHS = 8
OLD = 1_700_000_000  # seconds since the epoch: long enough ago that the time of a file tells whether it changed
QUESTIONS = ("居民反映充电停车", "河道的印章在哪里", "楼道消防")
NEAR = 0.01  # by which a score may differ: float16, and lengths that tantivy keeps in bytes
EVERY = 1000
SAID = "said.json"  # what the indexes say, for another process

Said = dict[str, Any]


def write_page(folder: Path, name: str, version: int, subject: str, count: int = 1) -> None:
    place, word = f"杭州市上城区{subject}街道", WORDS[len(name) % len(WORDS)]
    paragraphs = (
        f"第{version}版{name}第{n}段说，居民反映{subject}的问题，{word}之后{'，'.join(WORDS[: n + 1])}都好多了。" for n in range(count)
    )
    path = folder / f"{name}.txt"
    path.write_text(f"{place}\n{subject}的治理办法\n本报记者 张三\n\n" + "\n\n".join(paragraphs) + "\n", "utf-8")
    os.utime(path, (OLD + version, OLD + version))


def write_all(folder: Path, version: int) -> Path:
    """Put all pages of *version* into *folder*."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for n in range(LARGE + SMALL):
        write_page(folder, f"p{n:02}", version, WORDS[n % len(WORDS)], PARAGRAPHS if n < LARGE else 1)
    return folder


def change_some(folder: Path, version: int) -> None:
    """Make a few pages another version: one changed, one gone, one new, one renamed."""
    write_page(folder, f"p{LARGE}", version, "电梯")
    (folder / f"p{LARGE + version}.txt").unlink()
    write_page(folder, f"q{version}", version, "充电")
    (folder / f"p{LARGE + SMALL - version}.txt").rename(folder / f"r{version}.txt")


def indexed(pages: Path, address: Address) -> None:
    """Bring the index in *address* up to date with *pages*."""
    with open_index(address, create=model_of(TOY)) as index:
        build([pages], index, TOY)


def everything_said(address: Address) -> Said:
    """Return everything that the index in *address* says, without passages where there is no index; errors are the caller's."""
    try:
        index = open_index(address)
    except NoIndex:
        return {"passages": []}
    with index:
        passages = list(index.every_passage())
        said: Said = {"passages": sorted([*passage.citation.lines, passage.citation.source, passage.text] for _, passage in passages)}
        said["sources"] = sorted(index.sources())
        Folders.of(index)  # a damaged record of what was named is an error; that there is none is not
        said["limited"] = [sorted(selected(index, index.select(*within))) for within in (("充电街道", None), (None, "p0*"), ("市", "*3*"))]
        said["cited"] = {}
        for _, passage in passages[:: max(1, len(passages) // 5)]:
            for name in (passage.citation.id, f"{passage.citation.source}:{passage.citation.lines[0][0]}"):
                shown = index.locate(name)
                said["cited"][name] = [shown.article, [other.text for other in shown.passages], shown.position]
        for question in QUESTIONS:
            for ranking in (nearest(index, TOY.encode_query(question), EVERY), matching(index, terms(question), EVERY)):
                texts = [passage.text for passage in index.passages([key for key, _ in ranking])]
                said[f"scores {question} {len(said)}"] = dict(zip(texts, [score for _, score in ranking], strict=True))
        return said


def same(one: Said, other: Said) -> bool:
    """Whether two indexes say the same, but for the last digits of scores. Where there are alternatives, one of each must agree."""
    if one.keys() != other.keys():
        return False
    for what, ours in one.items():
        theirs = other[what]
        if not what.startswith("scores"):
            if ours != theirs:
                return False
        elif not any(_near(scores, expected) for scores in _alternatives(ours) for expected in _alternatives(theirs)):
            return False
    return True


def either(ways: list[Said]) -> Said:
    """Return what indexes of one state say that got there on several ways: all the same, but for scores, which become alternatives."""
    first = ways[0]
    return {what: [said[what] for said in ways] if what.startswith("scores") else first[what] for what in first}


def _alternatives(scores: Any) -> list[dict[str, float]]:
    return scores if isinstance(scores, list) else [scores]


def _near(scores: dict[str, float], expected: dict[str, float]) -> bool:
    return scores.keys() == expected.keys() and all(abs(score - expected[text]) <= NEAR for text, score in scores.items())


def asked(address: Address) -> Ended:
    return tried(lambda: everything_said(address))


def sound(address: Address) -> Ended:
    """Ask everything, and have every row and file checked: faults come as `damage`."""

    def work() -> Said:
        said = everything_said(address)
        if len(said) > 1:
            with open_index(address) as index:
                damage = index.check()
            if damage:
                said["damage"] = damage
        return said

    return tried(work)


class Worlds:
    """The pages, an index of each version, and what each index says."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.pages = folder, folder / "pages"
        self.fresh, self.first, self.old, self.new = (folder / name for name in ("fresh", "ix1", "ix2", "ix3"))
        self.said_old: Said = {}
        self.said_new: Said = {}

    def make(self) -> None:
        write_all(self.pages, 1)
        self._index(self.fresh, self.first)
        change_some(self.pages, 2)
        self._index(self.first, self.old)  # has a delta, which the second update must join
        change_some(self.pages, 3)
        self._index(self.old, self.new)
        self._say()
        assert self.said_old["passages"] != self.said_new["passages"] and not same(self.said_old, self.said_new)
        (self.folder / SAID).write_text(json.dumps([self.said_old, self.said_new]), "utf-8")

    def _say(self) -> None:
        """Ask each state on every way that leads there: updated, rebuilt, rebuilt and then updated, made at once.

        tantivy counts removed passages until it merges, so that scores depend on the way.
        """
        rebuilt, updated, whole = (self.folder / name for name in ("rebuilt", "updated", "whole"))
        copied(self.old, rebuilt)
        assert tried(lambda: rederive(rebuilt)).code == 0
        self._index(rebuilt, updated)
        self._index(self.fresh, whole)
        self.said_old = either([asked(address).said for address in (self.old, rebuilt)])
        self.said_new = either([asked(address).said for address in (self.new, updated, whole)])

    def _index(self, before: Path, after: Path) -> None:
        copied(before, after)
        ended = tried(lambda: indexed(self.pages, after))
        assert ended.code == 0, ended.said


def made(folder: Path) -> Worlds:
    """Return what another process made in *folder*, ready to be tried."""
    warm()
    world = Worlds(folder)
    world.said_old, world.said_new = json.loads((folder / SAID).read_text("utf-8"))
    return world


def copied(template: Path, address: Path) -> Path:
    """Make *address* a copy of the index *template*, or of nothing."""
    shutil.rmtree(address, ignore_errors=True)
    if template.exists():
        shutil.copytree(template, address)
    return address


def warm() -> None:
    """Import what every try needs, once. No thread is started, since a fork would not take it along."""
    import faiss  # noqa: F401
    import filelock  # noqa: F401
    import tantivy  # noqa: F401

    text = "杭州市上城区充电街道\n标题\n本报记者 张三\n\n居民反映小区里没有地方充电。\n"  # with a place and a name: all tables are read
    articles(Page("一.txt", text, "0" * 64, "utf-8"))


@contextmanager
def worlds() -> Iterator[Worlds]:
    warm()
    with TemporaryDirectory(prefix="faults-") as folder:
        world = Worlds(Path(folder))
        world.make()
        yield world
