"""bm25s: BM25 over jieba's words, matrices of scores in memory. Words alone; returns numbers of passages."""

import bm25s
import rjieba
from asking import CORES, K


def build(folder, texts, vectors):
    known = bm25s.BM25()
    known.index([rjieba.cut_for_search(text) for text in texts], show_progress=False)
    known.save(folder)


class Opened:
    def __init__(self, folder, vectors_of):
        self._known = bm25s.BM25.load(folder)

    def ask(self, question):
        return self.ask_many([question], 1)[0]

    def ask_many(self, questions, threads=CORES):
        words = [rjieba.cut_for_search(question) for question in questions]
        return self._known.retrieve(words, k=K, n_threads=threads, show_progress=False).documents.tolist()
