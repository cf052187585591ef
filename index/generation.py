"""What is derived from the rows of an index: vectors.faiss and terms/ (tantivy), written once, digested at every opening.

write_generation(rows) ──▶ generation-000012/ {vectors.faiss, terms/, manifest.json} ──▶ Generation.nearest, .matching
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import xxhash

from index.errors import DamagedIndex
from index.rows import Row
from index.store import Model, Ranking
from index.words import terms as terms_of

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    from index.encode import Vectors

MANIFEST, VECTORS, TERMS = "manifest.json", "vectors.faiss", "terms"
STEP = 4096  # passages handed to FAISS at once
HEAP = 64_000_000  # bytes that tantivy gathers before it writes a segment
HEADING = 0.5  # weight of a term in the title and place against one in the text: it helps the match and must not carry it
FIELDS = ("text", "heading")
KEPT = 20_000  # terms whose clauses are kept
LARGE = 10_000  # passages; among fewer, a question is looked up sooner than a second thread is told of it
REPAIR = "repair it with: qianli index --rebuild"


class Generation:
    """One generation, opened. Its files are held against removal until `close`."""

    def __init__(self, folder: Path, manifest: dict[str, Any], held: BinaryIO) -> None:
        self.folder, self.manifest, self._held = folder, manifest, held
        self._faiss: Any = None
        self._tantivy: Any = None
        self._keys: dict[tuple[int, int], int] = {}  # where tantivy holds a passage -> its key
        self._found: dict[str, list[Any]] = {}  # term -> the clauses that find it
        self._borrowed: TemporaryDirectory[str] | None = None

    @classmethod
    def open(cls, place: Path, number: int, digest: str) -> Generation:
        """Open generation *number* of the index folder *place*; *digest* is of its manifest. Raises DamagedIndex, naming the file."""
        folder = folder_of(place, number)
        try:
            held = (folder / MANIFEST).open("rb")
        except OSError as error:
            raise DamagedIndex(f"{folder / MANIFEST} cannot be read ({error.strerror}); {REPAIR}") from error
        try:
            _share(held)
            raw = held.read()
            if xxhash.xxh3_64_hexdigest(raw) != digest:
                raise DamagedIndex(f"{folder / MANIFEST} does not agree with its digest; {REPAIR}")
            manifest = json.loads(raw)
            for name, expected in manifest["files"].items():
                if _digest_of(folder / name) != expected:
                    raise DamagedIndex(f"{folder / name} does not agree with its digest; {REPAIR}")
        except BaseException:
            held.close()
            raise
        return cls(folder, manifest, held)

    def nearest(self, vectors: Vectors, k: int, within: Sequence[int] | None = None) -> list[Ranking]:
        """Return a ranking for each row of *vectors*."""
        import faiss
        import numpy as np

        index = self._vectors()
        k = min(k, index.ntotal if within is None else len(within))
        if k == 0:
            return [_ranking([], []) for _ in vectors]
        only = None if within is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(np.asarray(within, np.int64)))  # type: ignore[call-arg]
        with _one_thread() if len(vectors) == 1 or index.ntotal < LARGE else nullcontext():
            cosines, keys = index.search(vectors, k, params=only)
        # A vector without a direction is near nothing; a key below 0 stands for less than k.
        found = (keys >= 0) & (vectors != 0).any(axis=1, keepdims=True)
        return [_ranking(keys[row][found[row]], cosines[row][found[row]]) for row in range(len(vectors))]

    def vectors(self, keys: Sequence[int]) -> Vectors:
        import numpy as np

        index = self._vectors()
        if not len(keys):
            return np.zeros((0, index.d), np.float32)
        with _one_thread():
            found: Vectors = index.reconstruct_batch(np.asarray(keys, np.int64))
        return found

    def matching(self, asked: Sequence[Sequence[str]], k: int, within: Sequence[Sequence[int] | None]) -> list[Ranking]:
        """Return a ranking for each question's terms, each *within* its own keys; several are looked up side by side."""
        searcher = self._terms().searcher()
        if len(asked) == 1 or searcher.num_docs < LARGE:
            return [self._looked_up(searcher, terms, k, keys) for terms, keys in zip(asked, within, strict=True)]
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(os.cpu_count()) as threads:
            return list(threads.map(lambda terms, keys: self._looked_up(searcher, terms, k, keys), asked, within))

    def _looked_up(self, searcher: Any, terms: Sequence[str], k: int, within: Sequence[int] | None) -> Ranking:
        import tantivy

        if not terms or not searcher.num_docs or (within is not None and not len(within)):
            return _ranking([], [])
        query = tantivy.Query.boolean_query([clause for term in dict.fromkeys(terms) for clause in self._clauses(searcher, term)])
        if within is not None:
            keys = tantivy.Query.term_set_query(self._terms().schema, "key", [str(key) for key in within])
            only = tantivy.Query.const_score_query(keys, 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, only)])
        hits = searcher.search(query, k, count=False).hits
        return _ranking([self._key(searcher, address) for _, address in hits], [score for score, _ in hits])

    def _key(self, searcher: Any, address: Any) -> int:
        """Return the key of the passage at an *address*; what was looked up once is not read from the disk again."""
        place = (address.segment_ord, address.doc)
        key = self._keys.get(place)
        if key is None:
            key = self._keys[place] = int(searcher.doc(address)["key"][0])
        return key

    def known(self, terms: Sequence[str]) -> int:
        """Return how many of *terms* stand in any passage or heading."""
        searcher = self._terms().searcher()
        return sum(bool(self._clauses(searcher, term)) for term in terms)

    def _clauses(self, searcher: Any, term: str) -> list[Any]:
        """Return what finds a *term* in text and heading, where it stands there; the next questions often have the same."""
        import tantivy

        found = self._found.get(term)
        if found is None:
            if len(self._found) >= KEPT:
                self._found.clear()
            schema = self._terms().schema
            queries = {field: tantivy.Query.term_query(schema, field, term, "freq") for field in FIELDS if searcher.doc_freq(field, term)}
            weighted = [query if field == "text" else tantivy.Query.boost_query(query, HEADING) for field, query in queries.items()]
            found = self._found[term] = [(tantivy.Occur.Should, query) for query in weighted]
        return found

    def close(self) -> None:
        self._faiss = self._tantivy = None
        if self._borrowed:
            self._borrowed.cleanup()
        self._held.close()

    def _vectors(self) -> Any:
        if self._faiss is None:
            import faiss  # .15 s
            import numpy as np

            raw = np.fromfile(self.folder / VECTORS, np.uint8)
            faiss.set_deserialization_vector_byte_limit(max(1 << 20, 2 * len(raw)))  # no file can ask for more than it holds
            self._faiss = faiss.deserialize_index(raw)
        return self._faiss

    def _writable(self, terms: Path) -> Path:
        """Return a folder with the files of *terms* in which tantivy can put its lock, also where an index is read-only."""
        if os.access(terms, os.W_OK):
            return terms
        import tempfile

        self._borrowed = tempfile.TemporaryDirectory(prefix="qianli-", ignore_cleanup_errors=True)
        for path in terms.iterdir():
            try:
                (Path(self._borrowed.name) / path.name).symlink_to(path.resolve())
            except OSError:  # Windows lets few people make links
                shutil.copyfile(path, Path(self._borrowed.name) / path.name)
        return Path(self._borrowed.name)

    def _terms(self) -> Any:
        if self._tantivy is None:
            import tantivy

            self._tantivy = tantivy.Index(_schema(), path=str(self._writable(self.folder / TERMS)), reuse=True)
            self._tantivy.register_tokenizer("terms", _split())
        return self._tantivy


def write_generation(place: Path, number: int, model: Model, rows: Iterable[Row]) -> str:
    """Write generation *number* of *rows* into the folder *place* and onto the disk; return the digest of its manifest."""
    import faiss
    import numpy as np
    import tantivy

    folder = folder_of(place, number)
    shutil.rmtree(folder, ignore_errors=True)  # what a killed build left
    (folder / TERMS).mkdir(parents=True)
    vectors = faiss.IndexIDMap2(faiss.IndexScalarQuantizer(model.dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT))
    index = tantivy.Index(_schema(), path=str(folder / TERMS), reuse=False)
    index.register_tokenizer("terms", _split())
    writer = index.writer(heap_size=HEAP, num_threads=1)  # one thread: the same rows give the same segments
    keys: list[int] = []
    waiting: list[bytes] = []
    count = 0

    def hand_over() -> None:
        if keys:
            vectors.add_with_ids(
                np.frombuffer(b"".join(waiting), "<f2").reshape(len(keys), -1).astype(np.float32), np.asarray(keys, np.int64)
            )
        keys.clear()
        waiting.clear()

    for row in rows:
        document = tantivy.Document()
        document.add_text("key", str(row.key))  # as raw text: tantivy deletes nothing by a number, silently
        document.add_text("text", " ".join(terms_of(row.passage.text)))
        document.add_text("heading", " ".join(terms_of(row.passage.heading)))
        writer.add_document(document)
        keys.append(row.key)
        waiting.append(row.vector)
        count += 1
        if len(keys) == STEP:
            hand_over()
    hand_over()
    writer.commit()
    writer.wait_merging_threads()
    del writer, index
    (folder / VECTORS).write_bytes(faiss.serialize_index(vectors).tobytes())  # FAISS itself cannot write 中文 paths on Windows
    return _write_manifest(folder, {"number": number, "model": model._asdict(), "passages": count})


def leftovers(place: Path, number: int) -> list[Path]:
    """Return the folders of generations other than *number* that nobody reads: safe to remove."""
    others = [folder for folder in sorted(place.glob("generation-*")) if folder != folder_of(place, number)]
    return [folder for folder in others if _nobody_reads(folder / MANIFEST)]


def folder_of(place: Path, number: int) -> Path:
    return place / f"generation-{number:06d}"


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let FAISS use one thread: for a single question more gain nothing, and on a busy machine they wait for each other."""
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def _ranking(keys: Any, scores: Any) -> Ranking:
    """Return keys and scores as a ranking: best first, the same score in the order of the keys."""
    import numpy as np

    keys, scores = np.asarray(keys, np.int64), np.asarray(scores, np.float64)
    order = np.lexsort((keys, -scores))
    return Ranking(keys[order], scores[order])


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name="terms", index_option="freq")
    return builder.build()


def _split() -> Any:
    import tantivy

    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


def _write_manifest(folder: Path, known: dict[str, Any]) -> str:
    for lock in (folder / TERMS).glob(".*.lock"):
        lock.unlink()
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    known["files"] = {path.relative_to(folder).as_posix(): _digest_of(path) for path in files}
    raw = json.dumps(known, ensure_ascii=False, indent=1).encode()
    (folder / MANIFEST).write_bytes(raw)
    for path in [*files, folder / MANIFEST, folder / TERMS, folder, folder.parent]:
        _sync(path)
    return xxhash.xxh3_64_hexdigest(raw)


def _digest_of(path: Path) -> str:
    """Return the xxh3 digest of a file; raise DamagedIndex, naming it, where it is missing or cannot be read."""
    digest = xxhash.xxh3_64()
    try:
        with path.open("rb", buffering=0) as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise DamagedIndex(f"{path} cannot be read ({error.strerror}); {REPAIR}") from error
    return digest.hexdigest()


def _sync(path: Path) -> None:
    """Wait until a file or folder is on the disk; systems that cannot sync a folder (Windows) keep its entries safe themselves."""
    try:
        handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _share(file: BinaryIO) -> None:
    """Tell writers that this generation is being read. On Windows an open file cannot be removed anyway."""
    try:
        import fcntl
    except ImportError:
        return
    fcntl.flock(file, fcntl.LOCK_SH)


def _nobody_reads(manifest: Path) -> bool:
    try:
        import fcntl
    except ImportError:
        return True  # removal itself fails while somebody reads
    try:
        with manifest.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True  # a build that died before its manifest
    except OSError:
        return False
    return True
