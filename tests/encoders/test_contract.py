"""The contract of every encoder: shapes, lengths, names and fingerprints, whatever the model."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.encoders.open import open_encoder
from index.encoders.protocol import Encoder, encode_queries
from tests.encoders.test_open import save
from tests.toy import ToyEncoder

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # of torch and transformers
TEXTS = ["电瓶车到处乱停，堵住楼道", "village seal in a smart lock", "☃", "", "充电" * 300]
ENCODERS: dict[str, Callable[[Path], Encoder]] = {
    "static": lambda folder: open_encoder("static"),
    "contextual": lambda folder: open_encoder("contextual"),
    "sentence-transformers": lambda folder: open_encoder(str(save(folder / "model")), "cpu"),
    "toy": lambda folder: ToyEncoder(),
}


@pytest.fixture(scope="module", params=ENCODERS)
def encoder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return ENCODERS[request.param](tmp_path_factory.mktemp("encoder"))


def test_passages_are_float32_rows_of_length_1_or_zeros(encoder: Encoder) -> None:
    vectors = encoder.encode_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dim)
    assert vectors.dtype == np.float32
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.minimum(abs(lengths - 1), lengths) == pytest.approx(0, abs=1e-5)
    assert encoder.encode_passages([]).shape == (0, encoder.dim)


def test_a_query_has_one_vector_of_length_1_or_zeros(encoder: Encoder) -> None:
    vector = encoder.encode_query(TEXTS[0])
    assert vector.shape == (encoder.dim,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_queries_have_the_same_vectors_to_the_last_bit_together_and_alone(encoder: Encoder) -> None:
    assert (encode_queries(encoder, TEXTS) == np.array([encoder.encode_query(text) for text in TEXTS])).all()
    assert encode_queries(encoder, []).shape == (0, encoder.dim)


def test_the_nearest_passage_of_a_text_is_the_text_itself(encoder: Encoder) -> None:
    texts = ["楼道里停满了车，大家要充电", "河道里的垃圾每周清理一次", "食堂给老人送饭上门", "村里的印章装进智能锁"]
    vectors = encoder.encode_passages(texts)
    assert [int(np.argmax(vectors @ encoder.encode_query(text))) for text in texts] == list(range(len(texts)))


def test_the_name_opens_an_encoder_with_the_same_fingerprint(encoder: Encoder) -> None:
    if encoder.name != ToyEncoder.name:
        assert open_encoder(encoder.name, "cpu").fingerprint == encoder.fingerprint
