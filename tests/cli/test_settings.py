"""Settings: defaults for the command line out of files, each with its origin; a mistake is one line with its place."""

import json
import os
from pathlib import Path

import pytest

from tests.conftest import Command

QUESTION = "电动自行车充电"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the person's own file is looked for; the working folder is another, without a file."""
    monkeypatch.delenv("QIANLI_CONFIG")
    for name in ("XDG_CONFIG_HOME", "HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "设置"))
    monkeypatch.setattr("search.cli.own_files._system_folder", lambda kind: tmp_path / "设置" / "qianli")
    (tmp_path / "work" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work" / "deep")
    return tmp_path / "设置" / "qianli" / "config.toml"


def hits(qianli: Command, *options: object) -> int:
    return len(json.loads(qianli("search", QUESTION, "--json", "--min-score", 0, *options)[1])["hits"])


def test_a_setting_is_a_default_and_an_option_overrules_it(qianli: Command, own: Path) -> None:
    assert hits(qianli) == 10
    assert qianli("config", "top_k", 2) == (0, "", f"top_k = 2 in {own}\n")
    assert (hits(qianli), hits(qianli, "-k", 3)) == (2, 3)
    assert qianli("config", "top-k") == (0, "2\n", "")
    assert qianli("config", "top_k", "--unset")[0] == 0
    assert hits(qianli) == 10


def test_every_setting_is_shown_with_its_origin(qianli: Command, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own.parent.mkdir(parents=True)
    own.write_bytes("\ufeff# 科室的习惯\r\nmode = 'lexical'\r\ntop_k = 7\r\n".encode())
    Path("../qianli.toml").write_text("top_k = 4\nindex = '文件夹/.qianli'\n", "utf-8")
    shown = {fields["key"]: fields for fields in map(json.loads, qianli("config", "--json")[1].splitlines())}
    folder = Path.cwd().parent
    assert shown["mode"] == {"key": "mode", "value": "lexical", "from": f"{own}:2"}
    assert shown["top_k"] == {"key": "top_k", "value": 4, "from": f"{folder / 'qianli.toml'}:1"}
    assert shown["history_days"] == {"key": "history_days", "value": 90, "from": None}
    assert shown["index"]["from"] == "QIANLI_INDEX"  # the environment comes before the files
    monkeypatch.delenv("QIANLI_INDEX")
    assert json.loads(qianli("config", "index", "--json")[1])["value"] == str(folder / "文件夹" / ".qianli")
    assert qianli("search", QUESTION)[2].startswith(f"qianli: no index in {folder / '文件夹' / '.qianli'};")
    monkeypatch.setenv("QIANLI_CONFIG", os.devnull)  # one file in place of both
    assert json.loads(qianli("config", "top_k", "--json")[1])["from"] is None


def test_no_setting_keeps_a_password_or_repeats_one(qianli: Command, own: Path) -> None:
    code, printed, said = qianli("config", "index", "oceanbase://clerk:Geheim7@db.example/office/pages")
    assert (code, printed) == (2, "")
    assert "QIANLI_CLUSTER_PASSWORD" in said
    assert "Geheim7" not in said
    assert not own.exists()
    address = "oceanbase://clerk@db.example:2881/office/pages?password_file=a@b"
    assert qianli("config", "index", address)[0] == 0
    assert qianli("config", "--json")[0] == 0
    assert address in own.read_text("utf-8")


def test_a_change_leaves_every_other_line_as_it_is(qianli: Command, own: Path) -> None:
    own.parent.mkdir(parents=True)
    own.write_text("# one\nplace = '上城区'  # ours\n\nquiet = true\n", "utf-8")
    qianli("config", "place", '下"城\\区')
    assert own.read_text("utf-8") == '# one\nplace = "下\\"城\\\\区"\n\nquiet = true\n'
    assert qianli("config", "place")[1] == '下"城\\区\n'
    qianli("config", "quiet", "--unset")
    assert own.read_text("utf-8") == '# one\nplace = "下\\"城\\\\区"\n\n'
    assert list(own.parent.iterdir()) == [own]


def test_a_folder_of_pages_may_have_its_own_file_which_chooses_no_model(qianli: Command, own: Path) -> None:
    assert qianli("config", "top_k", 1, "--here") == (0, "", f"top_k = 1 in {Path.cwd() / 'qianli.toml'}\n")
    assert hits(qianli) == 1
    assert qianli("config", "rerank", "some/model", "--here")[0] == 2
    Path("qianli.toml").write_text("top_k = 1\nrerank = 'some/model'\n", "utf-8")
    code, out, err = qianli("search", QUESTION)
    assert (code, out) == (2, "")
    assert err.startswith(f"qianli: {Path.cwd() / 'qianli.toml'}:2: rerank can only be set in your own file")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("top_k = 5\nmode = \n", 2, "this is not TOML"),
        ('# settings\nindex = "D:\\pages"\n', 2, "this is not TOML"),
        ("\n\ntop_n = 5\n", 3, "there is no setting top_n (did you mean top_k?)"),
        ("[search]\ntop_k = 3\n", 1, "there is no setting search"),
        ("top_k = 0\n", 1, "top_k is 0; give a whole number, 1 or more"),
        ("top_k = true\n", 1, "top_k is True; give a whole number"),
        ("quiet = false\nmode = 'fast'\n", 2, "mode is 'fast'; choose one of hybrid, dense, lexical"),
        ("min_score = 1.5\n", 1, "give a probability from 0 to 1"),
        ("since = 2024\n", 1, "since is 2024; give a date"),
        ("history = 'no'\n", 1, "give true or false"),
    ],
)
def test_a_mistake_in_a_file_is_one_line_with_its_place(qianli: Command, own: Path, text: str, line: int, says: str) -> None:
    own.parent.mkdir(parents=True)
    own.write_text(text, "utf-8")
    code, out, err = qianli("search", QUESTION)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"qianli: {own}:{line}: ")
    assert says in err
    assert qianli("search", "--help")[0] == 0


def test_a_file_that_is_no_utf_8_is_named(qianli: Command, own: Path) -> None:
    own.parent.mkdir(parents=True)
    own.write_bytes("place = '上城区'\n".encode("gb18030"))
    assert qianli("search", QUESTION) == (2, "", f"qianli: {own}:1: this is not UTF-8; save the file as UTF-8\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["topk", "3"], "there is no setting topk; choose one of index, top_k"),
        (["top_k", "many"], "top_k is 'many'; give a whole number"),
        (["top_k", "3", "--unset"], "--unset takes no value"),
        (["--unset"], "name the setting to remove"),
    ],
)
def test_a_setting_that_cannot_be_made_is_one_line(qianli: Command, own: Path, arguments: list[str], says: str) -> None:
    code, out, err = qianli("config", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err
    assert not own.exists()


def test_a_place_in_the_settings_can_be_left_out_once(qianli: Command, own: Path) -> None:
    qianli("config", "source", "004*")
    cited = [hit["citation"]["source"] for hit in json.loads(qianli("search", QUESTION, "--json", "--min-score", 0)[1])["hits"]]
    assert {source.rpartition("/")[2][:3] for source in cited} == {"004"}
    cited = [
        hit["citation"]["source"] for hit in json.loads(qianli("search", QUESTION, "--json", "--min-score", 0, "--source", "")[1])["hits"]
    ]
    assert {source.rpartition("/")[2][:3] for source in cited} - {"004"}


def test_scripts_in_python_do_not_read_the_settings(qianli: Command, own: Path, seeds_index: Path) -> None:
    from search import open_search

    qianli("config", "top_k", 1)
    with open_search(seeds_index) as searcher:
        assert len(searcher.search(QUESTION, min_score=0).hits) == 10
