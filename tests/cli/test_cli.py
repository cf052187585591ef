"""The command line as people and scripts meet it: streams, exit codes, one line for each error."""

import csv
import io
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from search.cli.app import run
from tests.conftest import ROOT, SEEDS, Command

QUESTION = "电瓶车没地方充电，到处乱停堵住楼道，别的小区怎么解决的"


def started(*arguments: object, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run one command in a process of its own."""
    command = [sys.executable, "-m", "search.cli.app", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, cwd=ROOT, env={**os.environ, **environment}, check=False, timeout=120)


def test_help_names_every_command_with_what_it_does(qianli: Command) -> None:
    code, out, err = qianli("--help")
    assert (code, err) == (0, "")
    for name in ("index", "search", "batch", "articles", "show", "verify", "eval", "info", "remove"):
        assert f"\n  {name} " in out
    assert qianli() == (code, out, err)


@pytest.mark.parametrize("name", ["index", "search", "batch", "articles", "show", "verify", "eval", "info", "remove"])
def test_every_command_explains_its_options(qianli: Command, name: str) -> None:
    code, out, _ = qianli(name, "-h")
    assert code == 0
    assert out.startswith(f"Usage: qianli {name}")


def test_a_search_for_people_quotes_and_cites(qianli: Command) -> None:
    code, out, err = qianli("search", QUESTION)
    assert (code, err) == (0, "")
    first, cited, *_ = out.splitlines()
    assert first.startswith("1  0.")
    assert "“现在，我们有了集中充电点给电动自行车充电" in first
    assert (
        cited.strip()
        == "《共商共议 织密小区治理“一张网”》第1段 · 倪森健 杨涵 冯慧敏 · 杭州市上城区笕桥街道 · seeds/000_1e2b8c975dd70d3e.txt:37"
    )
    assert "\x1b" not in out


def test_no_more_than_three_passages_of_one_article_unless_asked(qianli: Command) -> None:
    _, out, _ = qianli("search", QUESTION, "--min-score", 0, "-k", 30)
    titles = [line.strip().split("》")[0] for line in out.splitlines() if "第" in line and " · " in line]
    assert max(titles.count(title) for title in titles) == 3
    _, out, _ = qianli("search", QUESTION, "--min-score", 0, "-k", 30, "--per-article", 0)
    titles = [line.strip().split("》")[0] for line in out.splitlines() if "第" in line and " · " in line]
    assert max(titles.count(title) for title in titles) > 3


def test_search_reads_the_question_from_standard_input() -> None:
    made = started("search", "-", "--json", "--index", ".none", stdin=QUESTION.encode("gb18030"))
    assert (made.returncode, made.stdout) == (2, b"")
    assert made.stderr.decode() == "qianli: no index in .none; make one with: qianli index FOLDER\n"


def test_json_has_k_hits_whose_matches_are_characters_of_their_texts(qianli: Command) -> None:
    code, out, _ = qianli("search", QUESTION, "--json", "-k", 10, "--min-score", 0)
    result = json.loads(out)
    assert code == 0
    assert (result["schema"], result["query"], result["found"], len(result["hits"])) == ("qianli.result.v1", QUESTION, True, 10)
    assert [hit["rank"] for hit in result["hits"]] == list(range(1, 11))
    assert all(0 <= hit["score"] <= 1 for hit in result["hits"])
    assert any(match["query"] in QUESTION for match in result["hits"][0]["matches"])
    for hit in result["hits"]:
        for match in hit["matches"]:
            start, end = match["at"]
            assert hit["text"][start:end] == match["passage"]


def test_min_score_zero_lists_k_hits_and_leaves_found_to_the_threshold(qianli: Command) -> None:
    code, out, _ = qianli("search", "zxqv wjkp", "--json", "--min-score", 0, "-k", 4)
    result = json.loads(out)
    assert (code, result["found"], len(result["hits"])) == (1, False, 4)


def test_a_question_without_a_precedent_exits_1_and_shows_the_nearest_passages(qianli: Command) -> None:
    code, out, err = qianli("search", "zxqv wjkp")
    assert (code, err) == (1, "")
    assert out.startswith("no precedent found\nthe nearest passages")
    assert json.loads(qianli("search", "zxqv wjkp", "--json")[1])["hits"] == []


def test_csv_opens_in_excel(qianli: Command) -> None:
    _, out, _ = qianli("search", QUESTION, "--csv", "-k", 2, "--min-score", 0)
    assert out.startswith("\ufeffid,query,found,rank,score,text,")
    rows = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"))))
    assert [row["rank"] for row in rows] == ["1", "2"]
    assert rows[0]["source"] == "seeds/000_1e2b8c975dd70d3e.txt"


def test_markdown_begins_with_the_question_and_trec_with_its_id(qianli: Command) -> None:
    assert qianli("search", QUESTION, "--md")[1].startswith(f"## {QUESTION}\n\n1. (0.")
    assert qianli("search", QUESTION, "--trec", "-k", 1)[1].split()[:2] == ["q1", "Q0"]


def test_place_and_source_limit_before_ranking(qianli: Command) -> None:
    _, out, _ = qianli("search", QUESTION, "--json", "-k", 10, "--min-score", 0, "--place", "钱塘区")
    cited = [hit["citation"] for hit in json.loads(out)["hits"]]
    assert cited
    assert all(any("钱塘区" in place for place in (citation["place"] or "", *citation["places"])) for citation in cited)
    _, out, _ = qianli("search", QUESTION, "--json", "-k", 10, "--min-score", 0, "--source", "004*")
    assert len(json.loads(out)["hits"]) == 10


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_each_mode_finds_the_right_passage(qianli: Command, mode: str) -> None:
    code, out, _ = qianli("search", "电动自行车充电", "--mode", mode, "--json")
    assert code == 0
    assert "充电" in json.loads(out)["hits"][0]["text"]


def one_line(err: str) -> bool:
    return err.startswith("qianli: ") and err.count("\n") == 1 and err.endswith("\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["search", ""], "the question is empty; ask in a few words"),
        (["search", " ？！ "], "the question is empty"),
        (["search", "停车", "--mode", "magic"], "choose one of hybrid, dense, lexical"),
        (["search", "停车", "--json", "--csv"], "only one of --json, --csv"),
        (["search", "停车", "--index", "no/such/place"], "no index in no/such/place; make one with: qianli index FOLDER"),
        (["search", "停车", "--model", "static-of-nobody/none"], "no model static-of-nobody/none"),
        (["search", "停车", "-k", "0"], "qianli search --help"),
        (["search"], "Missing argument 'QUERY'"),
        (["serach", "停车"], "Did you mean 'search'?"),
        (["index", "--index", "no/such/place"], "name files or folders: qianli index FOLDER"),
        (["remove", "no-such-page.txt"], "no source of the index is called no-such-page.txt"),
        (["index", "no-such-folder"], "no-such-folder: there is no such file or folder"),
        (["batch", "no-such-file"], "no-such-file cannot be read"),
        (["articles", "no-such-file"], "no-such-file"),
        (["articles", SEEDS, "--edit", "--json"], "--edit writes a file and --json prints; choose one"),
        (["show", "nonsense"], "give an id (six characters or more) or SOURCE:LINE"),
        (["show", "ffffffffffffffff"], "no passage ffffffffffffffff"),
        (["info", "--index", "no-such-index"], "no index in no-such-index"),
    ],
)
def test_bad_input_gets_one_line_that_says_what_to_do_and_exit_2(qianli: Command, arguments: list[object], says: str) -> None:
    code, out, err = qianli(*arguments)
    assert (code, out) == (2, "")
    assert one_line(err)
    assert says in err


def test_a_damaged_index_is_an_error_and_not_an_answer(qianli: Command, tmp_path: Path) -> None:
    address = tmp_path / "ix"
    assert qianli("index", SEEDS, "--index", address, "-q") == (0, "", "")
    (vectors,) = address.glob("generation-*/vectors.faiss")
    raw = bytearray(vectors.read_bytes())
    raw[-100] ^= 4
    vectors.write_bytes(raw)
    code, out, err = qianli("search", "停车", "--index", address)
    assert (code, out) == (2, "")
    assert one_line(err)
    assert "vectors.faiss does not agree with its digest; repair it with: qianli index --rebuild" in err
    assert qianli("index", "--rebuild", "--index", address)[0] == 0
    assert qianli("search", "停车", "--index", address)[0] == 0


def test_index_reports_on_stderr_and_a_second_run_finds_nothing_to_do(qianli: Command, tmp_path: Path) -> None:
    address = tmp_path / "中文 目录" / "ix"
    code, out, err = qianli("index", SEEDS, "--index", address)
    assert (code, out) == (0, "")
    first, aside, last = err.splitlines()
    assert (first, aside) == ("files: 5 new", "not read, since about their folder: seeds/README")
    assert "holds 5 pages, " in last
    assert qianli("index", SEEDS, "--index", address)[2].startswith("files: 5 unchanged\n")


def test_the_index_is_found_in_a_parent_folder(
    seeds_index: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    below = seeds_index.parent / "a" / "b"
    below.mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(below)
    assert run(["search", "停车"]) == 0
    assert "停" in capsys.readouterr().out


def test_articles_prints_one_article_a_line_and_needs_no_index(qianli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANLI_INDEX", "nowhere")
    code, out, err = qianli("articles", SEEDS / "002_2b72efd8dd5a418b.txt", "--json")
    assert (code, err) == (0, "")
    articles = [json.loads(line) for line in out.splitlines()]
    assert [article["authors"] for article in articles][:2] == [["王鹏", "黄智"], ["李佳佳", "邱永情"]]
    wanted = {"source", "title", "kicker", "subtitle", "authors", "place", "captions", "subheads", "paragraphs"}
    assert all(wanted <= set(article) for article in articles)
    assert articles[0]["paragraphs"][0]["lines"] == [[9, 9]]
    _, text, _ = qianli("articles", SEEDS / "002_2b72efd8dd5a418b.txt")
    assert "《上城区:三方协同 破治理堵点》" in text
    assert "authors: 王鹏 黄智" in text


READERS = ("index.files", "index.layout", "index.segmentation", "index.corrections", "index.passages", "index.indexing")


def test_a_search_imports_nothing_that_reads_pages(seeds_index: Path) -> None:
    code = (
        "import sys; from search.cli.app import run; run(['search', '停车', '--index', sys.argv[1], '--json']);"
        f"print([name for name in sys.modules if name.startswith({READERS})])"
    )
    made = subprocess.run([sys.executable, "-c", code, seeds_index], capture_output=True, cwd=ROOT, check=True, text=True)
    assert made.stdout.splitlines()[-1] == "[]"


def test_show_prints_the_passage_with_its_neighbours(qianli: Command) -> None:
    code, out, _ = qianli("show", "000_1e2b8c975dd70d3e.txt:39")
    assert code == 0
    assert [line[0] for line in out.splitlines()[1:]] == [" ", ">", " "]
    _, out, _ = qianli("show", "000_1e2b8c975dd70d3e.txt:39", "--json", "-C", 0)
    shown = json.loads(out)
    assert shown["title"] == "共商共议 织密小区治理“一张网”"
    (passage,) = shown["passages"]
    assert qianli("show", passage["citation"]["id"][:8], "--json", "-C", 0)[1] == out


def test_info_prints_what_the_index_holds_and_checks_it(qianli: Command) -> None:
    code, out, _ = qianli("info", "--json", "--check")
    facts = json.loads(out)
    assert code == 0
    assert (facts["pages"], facts["model"]["name"], facts["damage"]) == (5, "static", [])
    assert "none: every row and file agrees with its digest" in qianli("info", "--check")[1]
    assert facts["approximate"] is None
    assert "search     exact" in qianli("info")[1].splitlines()


def test_a_pipe_that_closes_is_no_error(seeds_index: Path) -> None:
    search = f"{sys.executable} -m search.cli.app search {QUESTION} --md --min-score 0 -k 200 --per-article 0 --index {seeds_index}"
    command = f"{search} | head -n 1; echo ${{PIPESTATUS[0]}}"
    made = subprocess.run(["bash", "-c", command], capture_output=True, cwd=ROOT, check=True)
    assert made.stderr == b""
    assert made.stdout.decode() == f"## {QUESTION}\n0\n"


def test_an_interrupt_says_so_and_exits_130(qianli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("search.searcher.open_search", interrupted)
    assert qianli("search", "停车") == (130, "", "qianli: interrupted; what was not finished is as it was before\n")


def test_output_is_utf_8_where_nobody_asks_for_anything_else(seeds_index: Path) -> None:
    made = started("search", QUESTION, "-k", 1, "--index", seeds_index, PYTHONIOENCODING="", LC_ALL="C")
    assert made.returncode == 0
    assert "电动自行车" in made.stdout.decode("utf-8")


def test_help_starts_without_any_heavy_import() -> None:
    code = "import sys, search.cli.app; print([name for name in sys.argv[1:] if name in sys.modules])"
    heavy = ["faiss", "numpy", "tantivy", "tokenizers", "rjieba", "jieba", "torch", "sentence_transformers", "safetensors", "sqlite3"]
    made = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, cwd=ROOT, check=True, text=True)
    assert made.stdout == "[]\n"


def test_a_search_never_loads_torch_or_jieba(seeds_index: Path) -> None:
    code = (
        "import sys; from search.cli.app import run; run(['search', '停车', '--index', sys.argv[1], '--json']);"
        "print([name for name in ('torch', 'jieba', 'sentence_transformers', 'transformers', 'huggingface_hub') if name in sys.modules])"
    )
    made = subprocess.run([sys.executable, "-c", code, seeds_index], capture_output=True, cwd=ROOT, check=True, text=True)
    assert made.stdout.splitlines()[-1] == "[]"


def test_the_version_is_the_one_that_the_project_has() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    made = started("--version")
    assert (made.returncode, made.stdout, made.stderr) == (0, f"qianli {version}\n".encode(), b"")


@pytest.mark.parametrize(("closed", "code"), [(">&-", 0), ("2>&-", 0), (">&- 2>&-", 0)])
def test_a_stream_that_is_closed_from_the_start_is_no_crash(closed: str, code: int, seeds_index: Path) -> None:
    command = f"'{sys.executable}' -m search.cli.app search 停车难 --index '{seeds_index}' {closed}"
    made = subprocess.run(["/bin/sh", "-c", command], capture_output=True, cwd=ROOT, check=False)
    assert (made.returncode, b"Traceback" in made.stderr) == (code, False)


def test_shell_completion_is_there() -> None:
    made = started("--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert b"_QIANLI_COMPLETE" in made.stdout or b"COMPLETE" in made.stdout
