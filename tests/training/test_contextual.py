"""Training the contextual model: its words and first embeddings, its batches, its losses, its graph."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch

from index.training import contextual, data, entrance, graph, vocabulary
from index.training.contextual import SHARED, drop_shared, english, info_nce, kind
from index.training.data import Pair, passage_id
from index.training.student import DEPTH, DIM, HEADS, Layers, encode

WORDS = [vocabulary.UNKNOWN, entrance.START, entrance.END, *"电动车abc", "电动车", "electric", "ab"]


def test_special_tokens_have_the_ids_that_the_encoder_expects() -> None:
    from index.encoders.onnx_encoder import END, START

    words = entrance.choose({"[UNK]": 0, "电": 3, "a": 2}, {"a": 0})
    assert (words[START], words[END]) == (entrance.START, entrance.END)


def test_the_vocabulary_has_all_names_and_words_of_minilm() -> None:
    counts = dict.fromkeys(["[UNK]", *"电动abcdeloqrit", "电动", "动电"], 1.0)
    words = entrance.choose(counts, {"electric": 0, "##ed": 1, "12": 2, "élan": 3}, names=["电动"])
    assert {"电动", "electric", "ed"} <= set(words)
    assert "élan" not in words, "a word with a letter that the model does not know"
    assert len(words) == len(set(words))


def test_a_word_starts_as_the_mean_of_its_glosses() -> None:
    from safetensors.numpy import load_file

    bert = entrance.bert_words()
    rows = load_file(entrance.MINILM / "model.safetensors")["embeddings.word_embeddings.weight"]
    made = entrance.first_embeddings(WORDS, {"电动车": ["electric car", "the car"], "车": ["car"], "电": ["power"]}, [], None)
    electric, car = rows[bert["electric"]], rows[bert["car"]]
    assert made[WORDS.index("电动车")] == pytest.approx(((electric + car) / 2 + car) / 2, abs=1e-6)
    assert made[WORDS.index("electric")] == pytest.approx(electric)
    assert np.isfinite(made).all()


def test_a_word_without_a_gloss_starts_as_the_english_words_of_its_translations() -> None:
    tokenizer = vocabulary.tokenizer(WORDS, {})
    pairs = [Pair("par_x_en_zh", "An electric start", "电", False)] * 4 + [Pair("par_x_en_zh", "A car", "车", False)] * 4
    made = entrance._translated(["电", "车", "动"], pairs, tokenizer, entrance.bert_words())
    assert set(made) == {"电", "车"}
    assert made["车"] == ["car"]
    assert "electric" in made["电"]


def test_the_kind_of_a_source_follows_from_its_name() -> None:
    assert kind("par_civic_en_zh") == kind("dict_cedict_zh_en") == "translation"
    assert kind("par_pud_multi_zh") == kind("petition_title_body") == "pair"
    assert kind("written_questions") == kind("written_problem_passage") == "written"
    assert english(Pair("par_civic_en_zh", "seal", "印章", False)) == ("印章", "seal")
    assert english(Pair("dict_cedict_zh_en", "印章", "seal", False)) == ("印章", "seal")


def test_batches_are_of_one_source_and_hold_no_held_out_row() -> None:
    rows = [Pair("petition_title_body", f"a{n}", f"b{n}", n % 10 == 0) for n in range(300)]
    rows += [Pair("written_questions", f"q{n}", f"p{n}", False) for n in range(90)]
    drawn = list(contextual.draws(contextual.read(rows), 0, 60, seed=3))
    assert len(drawn) == 60
    assert {draw.kind for draw in drawn} == {"pair", "written"}
    for draw in drawn:
        assert {pair.source for pair in draw.rows} == {draw.source}
        assert not any(pair.held_out for pair in draw.rows)
    seen = {pair.a for draw in drawn for pair in draw.rows if draw.kind == "written"}
    assert seen == {f"q{n}" for n in range(90)}, "rounds pass over all rows"


def test_only_shared_tokens_are_dropped() -> None:
    question, passage = [1, *range(10, 60), 2], [1, *range(40, 90), 2]
    kept = drop_shared(question, passage, random.Random(1))
    assert kept[0] == 1 and kept[-1] == 2
    assert set(range(10, 40)) <= set(kept)
    assert len(set(question) - set(kept)) == pytest.approx(20 * SHARED, abs=5)
    assert drop_shared([1, 8, 2], [1, 8, 2], random.Random(0)) == [1, 8, 2], "a question keeps at least one token"


def test_equal_texts_are_not_wrong_answers_in_the_loss() -> None:
    a = torch.eye(3)
    none = torch.zeros(3, 3, dtype=torch.bool)
    double = none.clone()
    double[0, 1] = double[1, 0] = True
    b = torch.stack([a[0], a[0], a[2]])
    blamed, spared = info_nce(a, b, none, none), info_nce(a, b, double, none)
    assert spared < blamed
    near = torch.cat([b, a[:1]])
    wide = torch.zeros(3, 4, dtype=torch.bool)
    assert info_nce(a, near, wide, none) > info_nce(a, b, none, none), "a near passage is one more wrong answer"


@pytest.fixture(scope="module")
def layers() -> Layers:
    torch.manual_seed(4)
    made = Layers()
    for name, parameter in made.named_parameters():
        if "after" not in name and "before" not in name:
            torch.nn.init.normal_(parameter, std=0.05)
    return made


def test_the_graph_computes_what_the_layers_compute(layers: Layers) -> None:
    import onnxruntime

    rows = torch.randn(9, DIM)
    with torch.no_grad():
        expected = layers(rows[None], torch.tensor([9]))[0].numpy()
    weights = {name: values.detach().numpy() for name, values in layers.state_dict().items()}
    exact = onnxruntime.InferenceSession(graph.model(weights, DEPTH, HEADS), providers=["CPUExecutionProvider"])
    assert exact.run(None, {"rows": rows.numpy()})[0] == pytest.approx(expected, abs=1e-4)
    rounded = onnxruntime.InferenceSession(graph.model(weights, DEPTH, HEADS, ranges={}), providers=["CPUExecutionProvider"])
    assert float(rounded.run(None, {"rows": rows.numpy()})[0] @ expected) > 0.98


def test_padding_changes_no_vector(layers: Layers) -> None:
    table = torch.randn(50, DIM)
    texts = [torch.randint(3, 50, (length,)) for length in (3, 40, 7)]
    with torch.no_grad():
        together = encode(layers, table, texts)
        alone = torch.cat([encode(layers, table, [text]) for text in texts])
    assert together.numpy() == pytest.approx(alone.numpy(), abs=2e-2), "bfloat16"


def test_a_written_question_is_paired_with_its_passage_by_checksum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["街道办了老人食堂。", "社区食堂招标公告。"]
    (tmp_path / "text").mkdir()
    data_file = tmp_path / "text" / "xwlb_news.jsonl.gz"
    import gzip

    with gzip.open(data_file, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"text": text + "\n"}, ensure_ascii=False) + "\n" for text in texts)
    row = {"source": "xwlb_news", "id": passage_id(texts[0]), "questions": ["爹妈没人做饭咋办"], "english": "meals for the old"}
    row |= {"other": "comida", "keywords": "老人 吃饭", "near": [passage_id(texts[1]), "000000000000"]}
    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
    monkeypatch.setattr(data, "ASKED", questions)
    rows = list(data._read(tmp_path, "written_questions"))
    assert [pair.a for pair in rows] == ["爹妈没人做饭咋办", "meals for the old", "comida", "老人 吃饭"]
    assert {pair.b for pair in rows} == {texts[0]}
    assert all(pair.near == [texts[1]] for pair in rows) or data.held_out(texts[1])
