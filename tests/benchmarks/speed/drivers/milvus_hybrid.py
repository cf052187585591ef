"""Milvus Lite: its BM25 over jieba's words and an exact scan of the vectors, fused by reciprocal rank. Returns texts."""

from asking import K
from pymilvus import AnnSearchRequest, DataType, Function, FunctionType, MilvusClient, RRFRanker

AT_ONCE = 2_000  # rows that are handed over together
RRF = 60  # as in the paper


def build(folder, texts, vectors):
    folder.mkdir()
    client = MilvusClient(str(folder / "passages.db"))
    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("number", DataType.INT64, is_primary=True)
    schema.add_field("text", DataType.VARCHAR, max_length=8192, enable_analyzer=True, analyzer_params={"tokenizer": "jieba"})
    schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=vectors.shape[1])
    schema.add_function(Function("bm25", FunctionType.BM25, input_field_names=["text"], output_field_names=["words"]))
    indexes = client.prepare_index_params()
    indexes.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
    indexes.add_index("vector", index_type="FLAT", metric_type="COSINE")
    client.create_collection("passages", schema=schema, index_params=indexes)
    for first in range(0, len(texts), AT_ONCE):
        some = enumerate(texts[first : first + AT_ONCE], first)
        client.insert("passages", [{"number": number, "text": text, "vector": vectors[number].tolist()} for number, text in some])
    client.flush("passages")
    client.close()


class Opened:
    def __init__(self, folder, vectors_of):
        self._client, self._vectors_of = MilvusClient(str(folder / "passages.db")), vectors_of
        self._client.load_collection("passages")

    def ask(self, question):
        return self.ask_many([question])[0]

    def ask_many(self, questions):
        vectors = self._vectors_of(questions).tolist()
        legs = [
            AnnSearchRequest(list(questions), "words", {"metric_type": "BM25"}, K),
            AnnSearchRequest(vectors, "vector", {"metric_type": "COSINE"}, K),
        ]
        found = self._client.hybrid_search("passages", legs, RRFRanker(RRF), limit=K, output_fields=["text"])
        return [[(hit["number"], hit["entity"]["text"]) for hit in hits] for hits in found]
