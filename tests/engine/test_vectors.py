"""Vectors of a snapshot: a large base is searched by codes first and compared exactly, with the answers of a full scan nearly always."""

from pathlib import Path

import numpy as np
import pytest

from index.encoders.protocol import unit_rows
from index.engine.folder import vectors, vectors_writer
from index.engine.folder.vectors import Parts
from index.engine.folder.vectors_writer import Spool, write_codes, write_part

DIM = 64
COUNT = 3000
NOTHING: tuple[int, ...] = ()


def made(count: int, seed: int) -> np.ndarray:
    """Return vectors in clusters, as those of texts are."""
    chance = np.random.default_rng(seed)
    centres = chance.normal(size=(40, DIM))
    vectors = centres[chance.integers(0, 40, count)] + chance.normal(size=(count, DIM)) * 0.5
    return unit_rows(vectors.astype(np.float32)).astype(np.float16)


def written(folder: Path, name: str, keys: np.ndarray, halves: np.ndarray) -> None:
    write_part(folder, name, DIM, len(keys), [(keys, keys.astype(np.uint64) + 1, halves)])
    write_codes(folder, name)


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    monkeypatch.setattr(vectors_writer, "WITH_CODES", 1000)
    monkeypatch.setattr(vectors, "COMPARED", 400)
    halves = made(COUNT, 1)
    written(tmp_path, "vectors", np.arange(COUNT, dtype=np.int64) * 2, halves)
    return halves


def exact(halves: np.ndarray, query: np.ndarray, k: int, kept: np.ndarray | None = None) -> list[int]:
    cosines = halves.astype(np.float64) @ query.astype(np.float64)
    if kept is not None:
        cosines[~kept] = -2
    return [int(position) * 2 for position in np.argsort(-cosines, kind="stable")[:k]]


QUERIES = made(50, 2).astype(np.float32)


def recall(parts: Parts, halves: np.ndarray, k: int, kept: np.ndarray | None = None) -> float:
    found = [ranking.keys.tolist() for ranking in parts.nearest(QUERIES, k, None)]
    wanted = [exact(halves, query, k, kept) for query in QUERIES]
    assert all(len(ours) == k for ours in found)
    return float(np.mean([len({*ours} & {*theirs}) / k for ours, theirs in zip(found, wanted, strict=True)]))


def test_a_large_base_has_codes_and_finds_nearly_all_that_is_nearest(base: np.ndarray, tmp_path: Path) -> None:
    assert (tmp_path / "vectors.codes").stat().st_size < (tmp_path / "vectors.faiss").stat().st_size / 3
    assert recall(Parts(tmp_path, ["vectors"], NOTHING), base, 10) > 0.9


def test_cosines_are_those_of_a_full_scan_to_the_last_bit(base: np.ndarray, tmp_path: Path) -> None:
    coded = Parts(tmp_path, ["vectors"], NOTHING).nearest(QUERIES, 10, None)
    (tmp_path / "vectors.codes").unlink()
    scanned = Parts(tmp_path, ["vectors"], NOTHING).nearest(QUERIES, 10, None)
    for ours, theirs in zip(coded, scanned, strict=True):
        known = dict(zip(theirs.keys.tolist(), theirs.scores.tolist(), strict=True))
        assert all(known.get(key, score) == score for key, score in zip(ours.keys.tolist(), ours.scores.tolist(), strict=True))


def test_a_query_alone_is_answered_as_in_company(base: np.ndarray, tmp_path: Path) -> None:
    parts = Parts(tmp_path, ["vectors"], NOTHING)
    for query, ranking in zip(QUERIES, parts.nearest(QUERIES, 30, None), strict=True):
        [alone] = parts.nearest(query[None], 30, None)
        assert (alone.keys.tolist(), alone.scores.tolist()) == (ranking.keys.tolist(), ranking.scores.tolist())


def test_what_is_gone_is_not_found_and_the_next_ones_are(base: np.ndarray, tmp_path: Path) -> None:
    gone = sorted({key for query in QUERIES for key in exact(base, query, 5)})
    kept = np.ones(COUNT, bool)
    kept[np.array(gone) // 2] = False
    parts = Parts(tmp_path, ["vectors"], gone)
    assert recall(parts, base, 10, kept) > 0.9
    assert len(parts.states()[0]) == kept.sum() == parts.count(0, 2 * COUNT)
    assert parts.agree([gone[0], 2 * int(kept.argmax())], [gone[0] + 1, 2 * int(kept.argmax()) + 1]) == [False, True]


def test_where_all_that_is_near_is_gone_the_far_ones_are_found_all_the_same(base: np.ndarray, tmp_path: Path) -> None:
    gone = exact(base, QUERIES[0], COUNT - 20)
    [ranking] = Parts(tmp_path, ["vectors"], gone).nearest(QUERIES[:1], 15, None)
    assert {*ranking.keys.tolist()} <= {*exact(base, QUERIES[0], COUNT)[-20:]}
    assert len(ranking.keys) == 15


def test_a_selection_is_searched_exactly(base: np.ndarray, tmp_path: Path) -> None:
    kept = np.zeros(COUNT, bool)
    kept[::7] = True
    rankings = Parts(tmp_path, ["vectors"], NOTHING).nearest(QUERIES, 10, (np.flatnonzero(kept) * 2).tolist())
    assert [ranking.keys.tolist() for ranking in rankings] == [exact(base, query, 10, kept) for query in QUERIES]


def test_what_came_later_is_found_beside_the_base(base: np.ndarray, tmp_path: Path) -> None:
    came = QUERIES[:3].astype(np.float16)
    written(tmp_path, "delta-000002", np.array([1, 3, 5], np.int64), came)
    parts = Parts(tmp_path, ["vectors", "delta-000002"], NOTHING)
    assert [ranking.keys.tolist()[0] for ranking in parts.nearest(QUERIES[:3], 5, None)] == [1, 3, 5]
    assert np.array_equal(parts.vectors([3, 0, 1]), np.stack([came[1], base[0], came[0]]).astype(np.float32))
    with pytest.raises(KeyError):
        parts.vectors([7])


def test_dimensions_that_codes_cannot_take_are_scanned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors_writer, "WITH_CODES", 10)
    halves = made(50, 3)[:, :30]
    write_part(tmp_path, "vectors", 30, 50, [(np.arange(50), np.arange(50, dtype=np.uint64), halves)])
    write_codes(tmp_path, "vectors")
    assert not (tmp_path / "vectors.codes").exists()
    assert Parts(tmp_path, ["vectors"], NOTHING).nearest(halves[:1].astype(np.float32), 1, None)[0].keys.tolist() == [0]


def test_too_few_vectors_are_an_error_and_no_file_that_faiss_pads(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        write_part(tmp_path, "vectors", DIM, 5, [(np.arange(4), np.arange(4, dtype=np.uint64), made(4, 4))])


def test_a_spool_goes_on_after_the_pages_that_count(tmp_path: Path) -> None:
    halves = made(9, 5)
    spool = Spool(tmp_path / "new", DIM)
    for page, (first, last) in {1: (0, 2), 2: (2, 5), 3: (5, 6)}.items():
        spool.add(page, halves[first:last].astype(np.float32))
    spool.flush()
    spool.close()
    with (tmp_path / "new" / "vectors").open("ab") as file:
        file.write(b"half of a vector")  # a process died while it wrote
    spool = Spool(tmp_path / "new", DIM, 2)
    assert [spool.holds(page) for page in (1, 2, 3)] == [True, True, False]
    spool.add(4, halves[6:9].astype(np.float32))
    keys = np.array([4 << 25 | 2, 1 << 25, 2 << 25 | 1])
    assert np.array_equal(spool.vectors(keys), halves[[8, 0, 3]])
    assert len(spool) == 3
    spool.close()
    (tmp_path / "new" / "vectors").write_bytes(b"")
    with pytest.raises(ValueError, match="vectors ends too soon"):
        Spool(tmp_path / "new", DIM, 2)
