"""tantivy alone: BM25 over jieba's words, any of them. Words alone; returns numbers of passages."""

import rjieba
import tantivy
from asking import K, in_threads

HEAP = 128_000_000  # bytes that the writer fills before it writes a segment


def _schema():
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True)
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def build(folder, texts, vectors):
    folder.mkdir()
    index = tantivy.Index(_schema(), str(folder))
    writer = index.writer(HEAP, 1)
    for number, text in enumerate(texts):
        writer.add_document(tantivy.Document(number=number, words=" ".join(rjieba.cut_for_search(text))))
    writer.commit()
    writer.wait_merging_threads()


class Opened:
    def __init__(self, folder, vectors_of):
        self._schema = _schema()
        self._searcher = tantivy.Index.open(str(folder)).searcher()

    def ask(self, question):
        terms = {word for word in rjieba.cut_for_search(question) if word.strip()}
        any_term = [(tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "words", term)) for term in terms]
        hits = self._searcher.search(tantivy.Query.boolean_query(any_term), K).hits
        return [self._searcher.doc(address)["number"][0] for _, address in hits]

    def ask_many(self, questions):
        return in_threads(self.ask, questions)
