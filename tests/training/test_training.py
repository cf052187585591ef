"""Training the static model: measured texts are kept out, text is tokenized as promised, and the written folder can be read."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from index.training import data, export, first_vectors, vocabulary, word_vectors
from index.training.data import Leak, Pair, passage_id
from index.training.evaluate import load, ndcg
from index.training.traditional import charsmap

QUERY = "居民嫌进车库那个斜坡太滑，电瓶车全塞在楼下大门边和楼梯间，怎么办"
WORDS = [vocabulary.UNKNOWN, *"电动自行车瓶停放乱国a0123456789park", "电动", "电动车", "自行车", "电瓶车", "停放", "park", "ing", "2024"]
WORDS = list(dict.fromkeys([*WORDS, *"ing"]))


@pytest.fixture(scope="module")
def toy() -> Tokenizer:
    return vocabulary.tokenizer(WORDS, {"電": "电", "動": "动", "車": "车", "國": "国"})


def test_a_row_that_holds_a_measured_text_is_dropped() -> None:
    leak = Leak([QUERY])
    assert leak.caught("来信：" + QUERY.replace("，", " ") + "？请领导答复，谢谢！")
    assert leak.caught(QUERY[:24]), "a part of a measured text leaks as well"


def test_a_row_that_only_shares_a_phrase_is_kept() -> None:
    leak = Leak([QUERY])
    assert not leak.caught("电瓶车全塞在楼下大门边和楼梯间，物业为此划出了停车区，安装了充电桩，每周由志愿者巡查，居民都说路通了")
    assert not leak.caught("小区里电瓶车没有地方充电")


def test_english_is_compared_by_six_words() -> None:
    leak = Leak(["How many points did the Panthers defense surrender?"])
    assert leak.caught("how many points did the panthers defense surrender")
    assert not leak.caught("How many points did the home team make in the last game of the season?")


def test_a_short_text_leaks_only_when_it_is_equal() -> None:
    leak = Leak(["智慧印章"])
    assert leak.caught("智慧 印章。")
    assert not leak.caught("智慧印章怎么用")


def test_cleaning_drops_the_planted_row_and_counts_it(tmp_path: Path) -> None:
    corpora, shared = tmp_path / "corpora", tmp_path / "shared"
    _toy_corpora(corpora, [(QUERY, "坡道已经做了防滑改造。"), ("路灯坏了没人修", "街道更换了三十盏路灯。")])
    _toy_shared(shared)
    dropped = data.clean(corpora, shared, tmp_path / "pairs.jsonl", {"petition_title_body"})
    assert dropped == {"petition_title_body": 1}
    assert [pair.a for pair in data.pairs(tmp_path / "pairs.jsonl")] == ["路灯坏了没人修"]


def test_a_written_question_is_paired_with_its_passage_by_checksum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["街道办了老人食堂。", "社区食堂招标公告。"]
    _gzip(tmp_path / "text" / "xwlb_news.jsonl.gz", [{"text": text + "\n"} for text in texts])
    row = {"source": "xwlb_news", "id": passage_id(texts[0]), "questions": ["爹妈没人做饭咋办"], "english": "meals for the old"}
    row |= {"other": "comida", "keywords": "老人 吃饭", "near": [passage_id(texts[1]), "000000000000"]}
    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
    monkeypatch.setattr(data, "ASKED", questions)
    rows = list(data._read(tmp_path, "written_questions"))
    assert [pair.a for pair in rows] == ["爹妈没人做饭咋办", "meals for the old", "comida", "老人 吃饭"]
    assert {pair.b for pair in rows} == {texts[0]}
    assert all(pair.near == [texts[1]] for pair in rows) or data.held_out(texts[1])


def test_the_longest_word_wins(toy: Tokenizer) -> None:
    assert toy.encode("电动车乱停放").tokens == ["电动车", "乱", "停放"]
    assert toy.encode("Parking 2024年5").tokens == ["park", "ing", "2024", "5"]


def test_traditional_and_full_width_forms_give_the_same_tokens(toy: Tokenizer) -> None:
    assert toy.encode("電動車").tokens == ["电动车"]
    assert toy.encode("ＰＡＲＫ２０２４").tokens == ["park", "2024"]


def test_an_unknown_character_is_left_out_and_its_neighbours_stay(toy: Tokenizer) -> None:
    assert toy.encode("电动车㐀停放").tokens == ["电动车", "停放"]
    assert toy.encode("㐀？！").ids == []


def test_a_long_run_is_tokenized_within_a_second(toy: Tokenizer) -> None:
    text = "电动自行车停放乱" * 1_250
    started = time.perf_counter()
    tokens = toy.encode(text).tokens
    assert time.perf_counter() - started < 1
    assert "".join(tokens) == text


def test_each_token_has_the_offsets_of_its_characters(toy: Tokenizer) -> None:
    assert toy.encode("Ｐａｒｋ，電動車").offsets == [(0, 4), (5, 8)]


def test_a_character_map_changes_its_keys_only() -> None:
    from tokenizers import normalizers

    table = {chr(0x4E00 + 7 * i): chr(0x4E01 + 7 * i) for i in range(900)}
    normalizer = normalizers.Precompiled(charsmap(table))
    for text in ("".join(table), "一二三 abc，é", "".join(chr(0x4E00 + i) for i in range(7_000))):
        assert normalizer.normalize_str(text) == "".join(table.get(character, character) for character in text)


def test_adding_the_parts_reverses_taking_them_out() -> None:
    mixing = word_vectors.parts(WORDS, weight=1.0)
    vectors = np.random.default_rng(7).standard_normal((len(WORDS), 8)).astype(np.float32)
    assert mixing @ word_vectors.unmixed(vectors, mixing) == pytest.approx(vectors, abs=1e-5)


def test_a_word_learns_from_its_parts() -> None:
    row = word_vectors.parts(WORDS, weight=1.0)[WORDS.index("电动车")].toarray()[0]
    weights = {WORDS[column]: pytest.approx(row[column]) for column in row.nonzero()[0]}
    assert weights == {"电动车": 1, "电动": 0.2, "车": 0.4, "电": 0.2, "动": 0.2}, "parts by longest match, then characters, share 1"


def test_the_texts_of_a_pair_come_nearer_by_training(toy: Tokenizer) -> None:
    source = "petition_title_body"
    asked = (("电动自行车停放", "电瓶车乱"), ("国2024", "park0123"), ("车", "停"))
    texts, mixing = word_vectors.read([Pair(source, a, b, held_out=False) for a, b in asked], toy), word_vectors.parts(WORDS)
    first = np.random.default_rng(7).standard_normal((len(WORDS), 16)).astype(np.float32)

    def cosines(vectors: np.ndarray) -> list[float]:
        pooled = texts.counts @ vectors
        unit = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return [float(unit[a] @ unit[b]) for a, b in texts.sources[source]]

    trained = cosines(word_vectors.train(first, texts, mixing, steps=60))
    assert all(after > before for before, after in zip(cosines(first), trained, strict=True)), "no word is in both texts of a pair"


def test_held_out_pairs_are_not_read_for_training(toy: Tokenizer) -> None:
    read = word_vectors.read([Pair("s", "电动车", "停放", False), Pair("s", "自行车", "停放", False), Pair("s", "国", "乱", True)], toy)
    assert read.sources["s"].tolist() == [[0, 1], [2, 1]], "equal texts have one number"
    assert read.counts.sum(axis=0)[0, WORDS.index("国")] == 0


def test_a_cloze_sentence_is_not_in_its_paragraph(tmp_path: Path) -> None:
    sentences = ["小区里电动车没有地方停放。", "街道划出了三处停车区！", "居民们都说现在路通了。"]
    _gzip(tmp_path / "corpora" / "text" / "xwlb_news.jsonl.gz", [{"text": "".join(sentences)}])
    _toy_shared(tmp_path / "shared")
    data.clean(tmp_path / "corpora", tmp_path / "shared", tmp_path / "pairs.jsonl", {"cloze_xwlb_news"})
    [pair] = data.pairs(tmp_path / "pairs.jsonl")
    assert pair.a in sentences
    assert pair.b == "".join(sentence for sentence in sentences if sentence != pair.a)


class LetterTeacher:
    """Gives a text the sum of the vectors of its letters; knows no 獭."""

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([[text.count(letter) for letter in "电动车abc"] for text in texts], np.float32)

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        return [[0 if letter in "獭鼱" else ord(letter) for letter in text] for text in texts]


def test_a_word_starts_from_itself_and_its_glosses_and_an_unreadable_one_from_its_glosses() -> None:
    words = ["电动", "ab", "獭", "鼱", "车"]
    made = first_vectors.meanings(words, {"电动": ["A", "bb"], "獭": ["c"]}, LetterTeacher())
    own = LetterTeacher().encode_passages(words)
    glosses = LetterTeacher().encode_passages(["a", "bb", "c"])
    expected = [(own[0] + (glosses[0] + glosses[1]) / 2) / 2, own[1], glosses[2], np.zeros(6), own[4]]
    assert made == pytest.approx(np.stack(expected))


def test_parts_are_the_longest_words_that_are_shorter_than_the_word() -> None:
    rows = {word: row for row, word in enumerate(WORDS)}
    assert first_vectors.longest_match("电动车", rows) == ["电动", "车"]


def test_a_written_model_gives_the_vectors_that_were_written(toy: Tokenizer, tmp_path: Path) -> None:
    vectors = np.random.default_rng(5).standard_normal((len(WORDS), 8)).astype(np.float32)
    weights = export.idf(["电动车", "电动车停放", "乱"], toy)
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "README.md").write_text("card", "utf-8")
    export.export(vectors, toy, weights, tmp_path / "toy")
    model = load(tmp_path / "toy")
    rows = [WORDS.index("电动车"), WORDS.index("停放")]
    expected = vectors[rows].sum(axis=0) / np.linalg.norm(vectors[rows].sum(axis=0))
    assert model.encode(["电动车停放", "㐀"]) == pytest.approx(np.stack([expected, np.zeros(8)]), abs=2e-3)
    assert (tmp_path / "toy" / "README.md").read_text("utf-8") == "card"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["toy"]


def test_idf_counts_texts_not_words(toy: Tokenizer) -> None:
    weights = export.idf(["电动车电动车", "电动车停放", "乱"], toy)
    assert weights[WORDS.index("电动车")] == pytest.approx(np.log(4 / 3))
    assert weights[WORDS.index("国")] == pytest.approx(np.log(4))


def test_sentence_transformers_gives_the_same_vectors(toy: Tokenizer, tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="compares with the library that defines the format")
    from sentence_transformers import SentenceTransformer

    vectors = np.random.default_rng(6).standard_normal((len(WORDS), 8)).astype(np.float32)
    export.export(vectors, toy, np.zeros(len(WORDS), np.float32), tmp_path / "toy")
    texts = ["电动车停放 parking", "乱"]  # half precision makes a text without a known word NaN there, zeros here
    theirs = SentenceTransformer(str(tmp_path / "toy"), device="cpu").encode(texts)
    assert load(tmp_path / "toy").encode(texts) == pytest.approx(np.asarray(theirs, np.float32), abs=2e-3)


def test_ndcg_agrees_with_the_worked_example() -> None:
    # Järvelin and Kekäläinen's measure by hand: gains 7 and 1 at ranks 2 and 3 of an ideal 7, 1.
    assert ndcg([0, 3, 1], [3, 1]) == pytest.approx((7 / np.log2(3) + 1 / 2) / (7 + 1 / np.log2(3)))


def _toy_corpora(folder: Path, pairs: list[tuple[str, str]]) -> None:
    _gzip(folder / "pairs" / "petition_title_body.jsonl.gz", [{"a": a, "b": b} for a, b in pairs])


def _gzip(path: Path, lines: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True)
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(line) + "\n" for line in lines)


def _toy_shared(folder: Path) -> None:
    for name in ("dev", "seeds", "benchmarks"):
        (folder / name).mkdir(parents=True)
    (folder / "dev" / "queries.jsonl").write_text(json.dumps({"query": QUERY}) + "\n", "utf-8")
    (folder / "dev" / "segmentation.json").write_text("[]", "utf-8")
