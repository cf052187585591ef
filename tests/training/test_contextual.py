"""Training the encoder of many languages: its source of weights, its vocabulary, batches and losses, and the exported folder."""

from __future__ import annotations

import gzip
import json
import struct
from pathlib import Path

import numpy as np
import pytest
import torch

from index.encoders.onnx_encoder import END, START, ContextualEncoder, open_session
from index.encoders.shipped import SHIPPED
from index.training import contextual, data, e5, held_out_kinds, pieces
from index.training.batches import AskedPassage, TrainingTexts, sort
from index.training.contextual import both_ways
from index.training.data import Leak, Pair
from index.training.e5 import SPECIAL
from index.training.graph import Graph
from index.training.held_out import HeldOutQuestion
from index.training.ship import ship
from index.training.student import DIM, Layers, Student

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "电", "动", "车", "电动车", "▁the", "the", "t", "h", "e", "é", "अ", "▁bus"]
SCORES = [0.0, 0.0, 0.0, 0.0, -3.0, -5.0, -5.0, -5.0, -6.0, -4.0, -5.0, -7.0, -7.0, -7.0, -8.0, -8.0, -6.0]
TABLE = len(PIECES) + 3  # the file has more rows than pieces


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small file of the format: its layers have their real sizes, its vocabulary has not."""
    tensors = random_tensors(np.random.default_rng(5))
    names = [piece.encode() for piece in PIECES]
    ends, text = np.cumsum([0, *map(len, names)]), b"".join(names)
    head = e5.MAGIC + struct.pack("<I7ifi", 1, DIM, e5.DEPTH, 12, 4 * DIM, TABLE, 32, 2, 1e-12, 32)
    head += e5.TOKENIZER.pack(len(PIECES), 0, 2, 1, 3, len(text)) + struct.pack(f"<{len(ends)}I", *ends)
    head += struct.pack(f"<{len(SCORES)}f", *SCORES) + text + struct.pack("<iI", 1, 9) + bytes(9)
    offset = len(head) + 4 + sum(2 + len(name) + e5.ENTRY.size for name in tensors)
    table = struct.pack("<i", len(tensors))
    for name, (count, raw) in tensors.items():
        table += struct.pack("<H", len(name)) + name.encode() + e5.ENTRY.pack(int(len(raw) < 2 * count), count, offset, len(raw))
        offset += len(raw)
    path = tmp_path_factory.mktemp("e5") / "weights.bin"
    path.write_bytes(head + table + b"".join(raw for _, raw in tensors.values()))
    return path


def random_tensors(chance: np.random.Generator) -> dict[str, tuple[int, bytes]]:
    """Return the number of weights and the bytes of each tensor; matrices are in 4 bits but for positions and types."""
    shapes = {"emb.word": (TABLE, DIM), "emb.pos": (32, DIM), "emb.type": (2, DIM), "emb.ln.w": (DIM,), "emb.ln.b": (DIM,)}
    for number in range(e5.DEPTH):
        for name in ("q", "k", "v", "ao"):
            shapes |= {f"l{number}.{name}.w": (DIM, DIM), f"l{number}.{name}.b": (DIM,)}
        shapes |= {f"l{number}.fi.w": (4 * DIM, DIM), f"l{number}.fi.b": (4 * DIM,)}
        shapes |= {f"l{number}.fo.w": (DIM, 4 * DIM), f"l{number}.fo.b": (DIM,)}
        shapes |= {f"l{number}.{name}.{part}": (DIM,) for name in ("aln", "oln") for part in "wb"}
    tensors = {}
    for name, shape in shapes.items():
        count = int(np.prod(shape))
        if len(shape) == 2 and name not in ("emb.pos", "emb.type"):
            blocks = chance.integers(0, 256, (count // 32, 18), np.uint8)
            blocks[:, :2] = np.full((len(blocks), 1), 0.01, "<f2").view(np.uint8)
            tensors[name] = (count, blocks.tobytes())
        else:
            tensors[name] = (count, (chance.standard_normal(count) * 0.1 + name.endswith("ln.w")).astype("<f4").tobytes())
    return tensors


def student(weights: Path, depth: int = 2) -> Student:
    model = e5.read(weights)
    kept = [*SPECIAL, *(piece for piece in PIECES if piece not in (*SPECIAL, "<pad>", "अ"))]
    layers, whole = Layers(depth, 32), e5.layers(model, 32).state_dict()
    layers.load_state_dict({name: whole[name] for name in layers.state_dict()})
    return Student(layers, torch.from_numpy(e5.rows(model, kept)), e5.tokenizer(model, kept))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # of transformers, not ours to mend
def test_the_layers_compute_what_transformers_computes(weights: Path) -> None:
    from transformers import BertConfig, BertModel

    model = e5.read(weights)
    bert = BertModel(
        BertConfig(vocab_size=TABLE, hidden_size=DIM, intermediate_size=4 * DIM, max_position_embeddings=32), add_pooling_layer=False
    ).eval()
    state = {
        "embeddings.word_embeddings.weight": ("emb.word", (TABLE, DIM)),
        "embeddings.position_embeddings.weight": ("emb.pos", (32, DIM)),
    }
    state |= {"embeddings.token_type_embeddings.weight": ("emb.type", (2, DIM)), "embeddings.LayerNorm.weight": ("emb.ln.w", (DIM,))}
    state |= {"embeddings.LayerNorm.bias": ("emb.ln.b", (DIM,))}
    parts = {"attention.self.query": "q", "attention.self.key": "k", "attention.self.value": "v", "attention.output.dense": "ao"}
    parts |= {"attention.output.LayerNorm": "aln", "intermediate.dense": "fi", "output.dense": "fo", "output.LayerNorm": "oln"}
    for number in range(e5.DEPTH):
        for theirs, ours in parts.items():
            for kind in ("weight", "bias"):
                name = f"encoder.layer.{number}.{theirs}.{kind}"
                state[name] = (f"l{number}.{ours}.{kind[0]}", tuple(bert.state_dict()[name].shape))
    bert.load_state_dict({name: torch.from_numpy(model.floats(ours)).reshape(shape) for name, (ours, shape) in state.items()}, strict=True)
    ids = [0, 5, 8, 9, 2]
    with torch.no_grad():
        theirs = torch.nn.functional.normalize(bert(torch.tensor([ids])).last_hidden_state.mean(1)[0], dim=0)
        rows = torch.from_numpy(e5.rows(model, [PIECES[number] for number in ids]))
        ours = e5.layers(model, 32)(rows[None], torch.tensor([len(ids)]))[0]
    assert float(theirs @ ours) == pytest.approx(1, abs=1e-4)


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match="does not hold the weights"):
        e5.read(tmp_path / "other.bin")


def test_the_tokenizer_has_the_ids_that_the_reader_expects_and_reads_a_dropped_piece_in_smaller_ones(weights: Path) -> None:
    model = e5.read(weights)
    kept = [*SPECIAL, "▁", "电", "动", "车", "t", "h", "e"]
    tokenizer = e5.tokenizer(model, kept)
    assert (tokenizer.token_to_id("<s>"), tokenizer.token_to_id("</s>")) == (START, END)
    assert tokenizer.encode("电动车  ｔhe", add_special_tokens=False).tokens == ["▁", "电", "动", "车", "▁", "t", "h", "e"]
    assert tokenizer.encode("अ", add_special_tokens=False).ids == [3, 0]


def test_the_vocabulary_keeps_single_characters_and_what_is_counted_and_drops_other_scripts(weights: Path) -> None:
    chosen = pieces.choose(e5.read(weights), {"▁bus": pieces.OFTEN, "电动车": 1}, most=0)
    assert chosen[:3] == list(SPECIAL)
    assert set(chosen[3:]) == {"▁", "电", "动", "车", "t", "h", "e", "é", "▁bus"}
    assert "电动车" in pieces.choose(e5.read(weights), {}, most=len(PIECES)), "the rest is filled up with the commonest"


def training_texts() -> TrainingTexts:
    rows = [Pair("written_questions", f"q{n} {m}", f"passage {n}", n % 10 == 0, (f"near {n}",)) for n in range(60) for m in range(5)]
    rows += [Pair("petition_title_body", f"a{n}", f"b{n}", False) for n in range(50)]
    rows += [Pair("par_tatoeba_en_ja", f"one {n}", f"一{n}", False) for n in range(50)]
    return sort(rows, [f"text {n}" for n in range(40)], Leak(["near 7"]))


def test_a_step_draws_the_same_however_often_training_was_interrupted_and_nothing_held_out() -> None:
    drawn = [training_texts().draw(step) for step in range(12)]
    assert drawn == [training_texts().draw(step) for step in range(12)]
    passages = [passage for step in drawn for passage in step.asked]
    assert {passage.passage for passage in passages} == {f"passage {n}" for n in range(60) if n % 10}, "rounds pass over all"
    for passage in passages:
        assert {question.split()[0] for question in passage.questions} == {"q" + passage.passage.split()[1]}
        assert "near 7" not in passage.wrong, "a near passage that is measured"


def test_single_questions_find_their_passage_and_held_out_ones_never_train(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"第{n}段讲的是一件事。" for n in range(40)]
    (tmp_path / "text").mkdir()
    with gzip.open(tmp_path / "text" / "some.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"text": f" {text}\n"}) + "\n" for text in texts)
    rows = [
        {"source": "some", "id": data.passage_id(text), "question": f"问{n}", "language": "th" if n == 3 else "zh"}
        for n, text in enumerate(texts)
    ]
    rows.append({"source": "some", "id": "0" * 12, "question": "a passage that is not there"})
    monkeypatch.setattr(data, "ASKED", tmp_path / "questions.jsonl")
    (tmp_path / "answered.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    pairs = list(data.single_questions(tmp_path, ("answered.jsonl",)))
    assert [(pair.a, pair.b) for pair in pairs] == [(f"问{n}", text) for n, text in enumerate(texts) if n != 3]
    held_out = {pair.b for pair in pairs if pair.held_out}
    assert held_out == {text for text in texts if data.held_out(text)} - {texts[3]}
    assert {asked.passage for asked in sort(pairs, [], Leak([])).asked} == {*texts} - held_out - {texts[3]}


def test_every_written_file_is_read_and_none_for_training_shares_a_passage_with_one_for_measuring() -> None:
    folder = data.ASKED.parent
    trained, measured = (*data.ANSWERED, *data.UNANSWERED), (*data.HELD_OUT_ANSWERED, *data.HELD_OUT_UNANSWERED)
    assert {*trained, *measured, data.ASKED.name} == {path.name for path in folder.glob("*.jsonl")}
    for_training, for_measuring = ({row["id"] for name in names for row in data.rows(folder / name)} for names in (trained, measured))
    assert for_training and for_measuring
    assert not for_training & for_measuring


def test_a_copy_of_the_right_text_is_not_counted_as_wrong() -> None:
    vectors = torch.nn.functional.normalize(torch.randn(3, 8, generator=torch.Generator().manual_seed(1)), dim=1)
    vectors = torch.cat([vectors, vectors[:1]])
    alone = [Pair("x", f"a{n}", f"b{n}", False) for n in range(4)]
    twice = [*alone[:3], Pair("x", "a3", "b0", False)]
    assert float(both_ways(vectors, vectors, alone)) > 0.3, "two equal vectors cannot be told apart"
    assert float(both_ways(vectors, vectors, twice)) < 0.01


def test_mining_looks_at_every_question_and_never_takes_the_answer(weights: Path) -> None:
    asked = [AskedPassage("电动车", ["电动", "车"], ["电车"]), AskedPassage("the bus", ["bus"], [])]
    made = student(weights)
    contextual.mine(made, TrainingTexts(asked, {}, {}, []))
    said = {text: made.encode([text])[0] for text in ("电动车", "电车", "the bus")}
    for passage in asked:
        assert set(passage.mined) == set(passage.questions)
        for question, mined in passage.mined.items():
            cosines = {text: float(made.encode([question])[0] @ vector) for text, vector in said.items()}
            nearer = {text for text in said if cosines[text] > cosines[passage.passage] + 0.01}
            assert passage.passage not in mined
            assert not nearer & set(mined), "what is nearer than the answer may answer too"


def test_the_exported_folder_gives_the_vectors_of_the_trained_encoder(weights: Path, tmp_path: Path) -> None:
    made, model = student(weights), e5.read(weights)
    vocabulary = made.tokenizer.get_vocab()
    ship(made, ["电动车", "the bus"], tmp_path / "model", e5.blocks(model, sorted(vocabulary, key=vocabulary.__getitem__)))
    opened = ContextualEncoder("made", tmp_path / "model")
    assert opened.dim == DIM
    assert opened.rows([0, 5, 7]) == pytest.approx(made.entrance[[0, 5, 7]].numpy()), "4 bits, as they came"
    texts = ["电动车 the bus", "车", "bus the 电"]
    assert (opened.encode_passages(texts) * made.encode(texts)).sum(axis=1) == pytest.approx(1, abs=0.01)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # of torch and transformers
def test_the_exported_folder_gives_the_same_vectors_through_sentence_transformers(weights: Path, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    made, model = student(weights), e5.read(weights)
    vocabulary = made.tokenizer.get_vocab()
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "contextual_module.py").write_bytes((SHIPPED / "contextual" / "contextual_module.py").read_bytes())
    ship(made, ["电动车", "the bus"], folder, e5.blocks(model, sorted(vocabulary, key=vocabulary.__getitem__)))
    texts = ["电动车 the bus", "车", "bus the 电"]
    theirs = SentenceTransformer(str(folder), device="cpu", trust_remote_code=True).encode(texts, convert_to_numpy=True)
    assert theirs == pytest.approx(ContextualEncoder("made", folder).encode_passages(texts), abs=1e-6)


def test_a_stopped_training_goes_on_and_ends_as_one_that_was_not_stopped(weights: Path, tmp_path: Path) -> None:
    def trained(folder: Path, stops: list[int]) -> dict[str, torch.Tensor]:
        folder.mkdir()
        for stop in stops:
            training = contextual.EncoderTraining(student(weights), student(weights).layers.requires_grad_(False))
            if (folder / contextual.CHECKPOINT).is_file():
                training.load(folder / contextual.CHECKPOINT)
            contextual.train(training, training_texts(), steps=4, work=folder, stop=stop)
            assert training.step == stop
        return training.student.layers.state_dict()

    once, twice = trained(tmp_path / "once", [2]), trained(tmp_path / "twice", [1, 2])
    first = student(weights).layers.state_dict()
    for name, values in once.items():
        assert torch.allclose(values, twice[name], atol=1e-5), name
    assert any(not torch.equal(values, first[name]) for name, values in once.items())


def test_what_rounding_adds_to_a_mean_input_is_subtracted_from_the_bias() -> None:
    chance = np.random.default_rng(3)
    weight, bias = chance.standard_normal((16, DIM)).astype(np.float32), np.zeros(16, np.float32)
    mean = chance.standard_normal(DIM).astype(np.float32)
    texts = mean + chance.standard_normal((200, DIM)).astype(np.float32) / 10
    errors = []
    for known in (None, mean):
        graph = Graph(quantised=True)
        made = graph.written("x", {"rows": ("tokens", DIM)}, graph.linear("rows", weight, bias, mean=known), [200, 16])
        products = open_session(made).run(None, {"rows": texts})[0]
        errors.append(np.abs((products - texts @ weight.T).mean(axis=0)).mean())
    assert errors[1] < errors[0] / 3


def test_the_rank_of_a_held_out_question_counts_what_is_nearer_than_its_passage() -> None:
    class Circle:
        def encode(self, texts: list[str]) -> np.ndarray:
            angles = np.asarray([float(text) for text in texts])
            return np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)

    asked = [HeldOutQuestion("problem", "0", "0.3"), HeldOutQuestion("clerk", "1", "1.1")]
    assert held_out_kinds.ranks(Circle(), asked, ["0.1", "0.2", "0.3", "1.1"]).tolist() == [3, 1]
