"""Both shipped models in one vector: the cosine is the weighted mean of both cosines; a text unknown to one has the vector of the other."""

import numpy as np
import pytest

from index.encoders.combined import SHARE, CombinedEncoder
from index.encoders.open import open_encoder, open_lexicon
from index.encoders.shipped import shipped_models
from index.encoders.static import StaticEncoder

TEXTS = ["居民在楼道里给电瓶车充电", "小区新建了电动自行车集中充电点", "Where can residents charge e-bikes?", "", "☃", "村里的印章谁来管"]


@pytest.fixture(scope="module")
def both() -> CombinedEncoder:
    encoder = open_encoder()
    assert isinstance(encoder, CombinedEncoder)
    return encoder


def test_the_cosine_is_the_weighted_mean_of_both_cosines(both: CombinedEncoder) -> None:
    vectors = both.encode_passages(TEXTS)
    contextual, static = (open_encoder(name).encode_passages(TEXTS) for name in ("contextual", "static"))
    known = [0, 1, 2, 5]
    mean = SHARE * contextual @ contextual.T + (1 - SHARE) * static @ static.T
    assert (vectors @ vectors.T)[np.ix_(known, known)] == pytest.approx(mean[np.ix_(known, known)], abs=1e-5)


def test_vectors_have_length_1_or_are_zeros_and_a_query_has_the_vector_of_a_passage(both: CombinedEncoder) -> None:
    vectors = both.encode_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), both.dim) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1, 0, 0, 1], abs=1e-5)
    assert np.array([both.encode_query(text) for text in TEXTS]) == pytest.approx(vectors, abs=1e-6)
    assert both.encode_passages([]).shape == (0, both.dim)


def test_a_text_unknown_to_one_model_has_the_vector_of_the_other() -> None:
    class Blind:
        dim, fingerprint = 3, "x"

        def encode_passages(self, texts: object) -> object:
            return np.zeros((1, 3), np.float32)

        encode_query = None

    static = open_lexicon()
    vector = CombinedEncoder("b", Blind(), static).encode_passages(["楼道"])[0]  # type: ignore[arg-type]
    assert vector[3:] == pytest.approx(static.encode_query("楼道"), abs=1e-6)


def test_the_shipped_models_open_by_their_names() -> None:
    assert shipped_models()[0] == "both" == open_encoder().name
    assert open_encoder("fast").name == "static"
    assert isinstance(open_lexicon(open_encoder("contextual")), StaticEncoder)


def test_the_lexicon_is_the_static_model_that_is_open_already(both: CombinedEncoder) -> None:
    assert open_lexicon(both) is both.static
