"""The contextual model on a device of torch: nearly the same vectors, and an index that says where they were made."""

import json
from pathlib import Path

import numpy as np
import pytest

from index.encoders.open import open_encoder
from index.encoders.shipped import SHIPPED
from index.encoders.torch_encoder import TorchContextualEncoder
from index.engine.made_with import DEVICES
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.errors import BadInput, DamagedIndex
from index.indexing import build
from search.searcher import open_search
from tests.conftest import SEEDS

TEXTS = ["电瓶车到处乱停，堵住楼道", "village seal in a smart lock", "老舊小區停車難", "주차", "", "😀", "停", "街道为老人办了食堂。" * 60]


@pytest.fixture(scope="module")
def on_torch() -> TorchContextualEncoder:
    return TorchContextualEncoder("contextual", SHIPPED / "contextual", "cpu")  # the same code runs on other devices


def test_vectors_are_those_of_the_shipped_encoder_but_for_rounding(on_torch: TorchContextualEncoder) -> None:
    texts = [*TEXTS, *(line for page in sorted(SEEDS.glob("*.txt"))[:2] for line in page.read_text("utf-8").splitlines()[:40])]
    ours, theirs = open_encoder("contextual").encode_passages(texts), on_torch.encode_passages(texts)
    known = np.linalg.norm(ours, axis=1) > 0
    assert (np.linalg.norm(theirs, axis=1) > 0).tolist() == known.tolist()
    cosines = (ours * theirs).sum(axis=1)[known]
    assert cosines.mean() >= 0.995 and cosines.min() >= 0.98
    assert on_torch.encode_passages([]).shape == (0, on_torch.dim)


def test_a_question_has_the_same_vector_as_ever(on_torch: TorchContextualEncoder) -> None:
    shipped = open_encoder("contextual")
    assert (on_torch.encode_query("停车难") == shipped.encode_query("停车难")).all()
    assert (on_torch.encode_queries(TEXTS) == shipped.encode_passages(TEXTS)).all()


def test_an_index_says_where_its_vectors_were_made_and_is_searched_as_any_other(on_torch: TorchContextualEncoder, tmp_path: Path) -> None:
    page = tmp_path / "a.txt"
    page.write_text("街道为老人办了食堂。\n", "utf-8")
    with open_index(tmp_path / "ix", create=model_of(on_torch)) as index:
        build([page], index, on_torch)
    with open_search(tmp_path / "ix") as searcher:
        assert searcher.facts()["model"]["devices"] == ["cpu"]
        assert searcher.search("老人吃饭", min_score=0).hits
    with open_index(tmp_path / "ix") as index:
        build([page], index, on_torch)
        assert json.loads(index.read_note(DEVICES) or "") == ["cpu"]
        index.write_note(DEVICES, "{")
        with pytest.raises(DamagedIndex, match=r"devices\.json cannot be read; remove it"):
            index.facts()


def test_a_device_that_is_not_here_is_refused_in_one_line() -> None:
    with pytest.raises(BadInput, match="--device xpu:9 cannot be used here"):
        open_encoder("contextual", "xpu:9")
