"""SQLite: FTS5 over trigrams of characters, any of them, and sqlite-vec's exact scan, fused by reciprocal rank. Returns texts."""

import threading

import pysqlite3
import sqlite_vec
from asking import K, in_threads

CANDIDATES = 50  # of each leg
RRF = 60  # as in the paper


def _connected(folder):
    connection = pysqlite3.connect(str(folder / "passages.db"))
    connection.enable_load_extension(True)
    sqlite_vec.load(connection)
    return connection


def build(folder, texts, vectors):
    folder.mkdir()
    connection = _connected(folder)
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(text, tokenize='trigram')")
    connection.execute(f"CREATE VIRTUAL TABLE vectors USING vec0(vector float[{vectors.shape[1]}] distance_metric=cosine)")
    connection.executemany("INSERT INTO words(rowid, text) VALUES (?, ?)", enumerate(texts))
    connection.executemany("INSERT INTO vectors(rowid, vector) VALUES (?, ?)", ((row, vectors[row].tobytes()) for row in range(len(texts))))
    connection.commit()
    connection.close()


class Opened:
    def __init__(self, folder, vectors_of):
        self._folder, self._vectors_of, self._own = folder, vectors_of, threading.local()

    def ask(self, question):
        if not hasattr(self._own, "connection"):  # a connection belongs to its thread
            self._own.connection = _connected(self._folder)
        connection = self._own.connection
        trigrams = {question[at : at + 3].replace('"', '""') for at in range(len(question) - 2)}
        match = " OR ".join(f'"{trigram}"' for trigram in sorted(trigrams))
        by_words = connection.execute("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?", (match, CANDIDATES))
        near = "SELECT rowid FROM vectors WHERE vector MATCH ? AND k = ? ORDER BY distance"
        by_vector = connection.execute(near, (self._vectors_of([question])[0].tobytes(), CANDIDATES))
        scores = {}
        for leg in (by_words, by_vector):
            for rank, (row,) in enumerate(leg):
                scores[row] = scores.get(row, 0) + 1 / (RRF + 1 + rank)
        first = sorted(scores, key=scores.get, reverse=True)[:K]
        return [connection.execute("SELECT rowid, text FROM words WHERE rowid = ?", (row,)).fetchone() for row in first]

    def ask_many(self, questions):
        return in_threads(self.ask, questions)
