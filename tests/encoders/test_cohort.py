"""What is a usual cosine for a question: read from the folder of the model, the same in any batch."""

from pathlib import Path

import numpy as np
import pytest

from index.encoders.cohort import FILE, read_cohort, usual_cosines
from index.encoders.open import open_encoder
from index.encoders.shipped import SHIPPED, shipped_models
from index.errors import NoModel
from index.training.cohort import write_cohort
from tests.toy import ToyEncoder


@pytest.mark.parametrize("name", shipped_models())
def test_a_question_in_any_language_is_far_from_the_cohort_and_near_to_its_passage(name: str) -> None:
    encoder = open_encoder(name)
    passage = encoder.encode_passages(["小区新建了电动自行车集中充电点，居民不再把电线拉到楼道里。"])[0]
    foreign = ("where can residents charge e-bikes", "전동 자전거는 어디에서 충전하나요") if name == "contextual" else ()
    for question in ("电瓶车在哪里充电", *foreign):
        vector = encoder.encode_query(question)
        usual = usual_cosines(encoder, vector)
        assert usual is not None and usual.deviation > 0
        assert usual.relative(float(passage @ vector)) > 1
        assert usual.relative(usual.mean) == 0


def test_a_model_without_a_cohort_and_a_text_without_a_word_have_no_usual_cosine(tmp_path: Path) -> None:
    toy = ToyEncoder()
    assert usual_cosines(toy, toy.encode_query("停车")) is None
    assert read_cohort(tmp_path) is None
    encoder = open_encoder("static")
    assert usual_cosines(encoder, np.zeros(encoder.dim, np.float32)) is None


def test_a_damaged_cohort_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"nonsense")
    with pytest.raises(NoModel, match=FILE):
        read_cohort(tmp_path)


def test_the_cohort_holds_the_vectors_of_texts_by_the_model_of_its_folder(tmp_path: Path) -> None:
    for path in (SHIPPED / "static").rglob("*"):
        target = tmp_path / path.relative_to(SHIPPED / "static")
        target.mkdir(exist_ok=True) if path.is_dir() else target.write_bytes(path.read_bytes())
    texts = [f"第{number}条 停车位不够" for number in range(9)]
    write_cohort(texts, tmp_path)
    vectors = read_cohort(tmp_path)
    assert vectors is not None and vectors.shape == (9, open_encoder("static").dim)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-2)
