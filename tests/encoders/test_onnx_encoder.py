"""The contextual model: a text has one vector whatever other texts there are, the same as through sentence-transformers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.encoders.onnx_encoder import MOST_TOKENS, ContextualEncoder
from index.encoders.open import open_encoder
from index.encoders.shipped import SHIPPED, shipped_models
from index.errors import NoModel

FOLDER = SHIPPED / "contextual"
TEXTS = [
    "电瓶车到处乱停，堵住楼道",
    "village seal in a smart lock",
    "老舊小區停車難",
    "ＷＥＢ３ 20个项目",
    "오래된 사택",
    "𠮷野家",
    "。！？",
    "充电" * 300,
    "村里的印章装进智能套筒，谁在什么时候盖了什么章，手机上都查得到。" * 4,
]


@pytest.fixture(scope="module")
def contextual() -> ContextualEncoder:
    encoder = open_encoder("contextual")
    assert isinstance(encoder, ContextualEncoder)
    return encoder


def test_a_vector_does_not_depend_on_the_other_texts(contextual: ContextualEncoder) -> None:
    together = contextual.encode_passages(TEXTS)
    assert (contextual.encode_passages(TEXTS[::-1])[::-1] == together).all()
    for text, vector in zip(TEXTS, together, strict=True):
        assert (contextual.encode_query(text) == vector).all(), text


def test_vectors_have_length_1(contextual: ContextualEncoder) -> None:
    assert np.linalg.norm(contextual.encode_passages(TEXTS), axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("text", ["", " \n", "\x00", "😀😀", "สวัสดี", "𓀀" * 1000])
def test_a_text_without_a_known_token_gives_zeros(contextual: ContextualEncoder, text: str) -> None:
    assert not contextual.encode_query(text).any()
    assert contextual.encode_passages([text]).shape == (1, contextual.dim)


def test_no_texts_give_no_rows(contextual: ContextualEncoder) -> None:
    assert contextual.encode_passages([]).shape == (0, contextual.dim)


@pytest.mark.parametrize("text", ["停\ud800车", "停" * 100_000, "😀停车" * 20_000, "a\x00b", "\u202e停车"])
def test_any_text_has_a_vector(contextual: ContextualEncoder, text: str) -> None:
    assert np.linalg.norm(contextual.encode_query(text)) == pytest.approx(1, abs=1e-5)


def test_tokens_after_the_first_256_are_not_read(contextual: ContextualEncoder) -> None:
    text = "街道为老人办了食堂。" * MOST_TOKENS
    assert (contextual.encode_query(text) == contextual.encode_query(text + "河道水质明显改善。")).all()


def test_a_query_is_nearest_to_the_passage_of_its_meaning_in_other_words_and_languages(contextual: ContextualEncoder) -> None:
    passages = contextual.encode_passages(["电动自行车集中充电点建成", "河道水质明显改善", "村里的印章装进智能套筒"])
    for query, best in (("电瓶车没地方充电", 0), ("river water quality", 1), ("公章谁来管", 2), ("the village stamp in a smart case", 2)):
        assert int(np.argmax(passages @ contextual.encode_query(query))) == best


def test_the_order_of_words_counts(contextual: ContextualEncoder) -> None:
    one, other = (contextual.encode_query(text) for text in ("社区干部批评居民", "居民批评社区干部"))
    assert not np.allclose(one, other, atol=1e-3)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # of torch and transformers
def test_the_folder_gives_the_same_vectors_through_sentence_transformers(contextual: ContextualEncoder) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(FOLDER), device="cpu", trust_remote_code=True)
    theirs = model.encode(TEXTS, convert_to_numpy=True)
    ours = contextual.encode_passages(TEXTS)
    assert theirs == pytest.approx(ours, abs=1e-6)


def test_the_model_opens_by_name_and_by_path(contextual: ContextualEncoder) -> None:
    assert "contextual" in shipped_models()
    by_path = open_encoder(str(FOLDER))
    assert isinstance(by_path, ContextualEncoder)
    assert by_path.fingerprint == contextual.fingerprint
    assert (by_path.encode_query("盖章") == contextual.encode_query("盖章")).all()


def test_torch_is_not_imported_and_another_process_gives_the_same_vector(contextual: ContextualEncoder) -> None:
    code = (
        "import sys; from index.encoders.open import open_encoder; vector = open_encoder('contextual').encode_query('电瓶车堵住楼道');"
        "assert not {'torch', 'sentence_transformers', 'transformers'} & set(sys.modules); print(vector.tobytes().hex())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": "."})
    assert bytes.fromhex(done.stdout.strip()) == contextual.encode_query("电瓶车堵住楼道").tobytes()
    assert done.stderr == ""


def test_a_damaged_model_is_an_error_that_names_its_folder(tmp_path: Path) -> None:
    for name in ("modules.json", "tokenizer.json", "entrance.safetensors"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    (tmp_path / "model.onnx").write_bytes(b"nonsense")
    with pytest.raises(NoModel, match="cannot be read"):
        open_encoder(str(tmp_path))


@pytest.mark.parametrize("name", ["tokenizer.json", "entrance.safetensors", "model.onnx"])
@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_file_that_is_cut_or_gone_is_named(tmp_path: Path, name: str, damage: str) -> None:
    for path in (FOLDER / name for name in ("modules.json", "tokenizer.json", "entrance.safetensors", "model.onnx")):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    if damage == "cut":
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes()[:5000])
    else:
        (tmp_path / name).unlink()
    with pytest.raises(NoModel, match=f"{tmp_path}.*{name}.*cannot be read"):
        open_encoder(str(tmp_path))


def test_the_shipped_models_fit_in_90_megabytes() -> None:
    sizes = {folder.name: sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) for folder in SHIPPED.iterdir()}
    assert sizes["static"] + sizes["contextual"] + sizes["cross_encoder"] <= 90_000_000
    assert sizes["cross_encoder"] <= 16_000_000, "layers alone: it reads with the words of the contextual model"
