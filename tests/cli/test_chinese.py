"""Where the reader is Chinese, every screen is in Chinese; where the reader is not, none of ours says a Chinese word of its own."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from search.cli.app import COMMANDS
from search.cli.settings import KEYS
from search.cli.typer_words import complaint, said
from tests.conftest import ROOT

NAMES = {  # of programs, formats, encodings, models, modes, columns and fields: the same in every language
    *COMMANDS,
    *("qianli", "json", "csv", "tsv", "xlsx", "docx", "md", "txt", "trec", "ris", "bib", "bibtex", "csl", "gbt", "Excel", "Markdown"),
    *("gbk", "utf", "pdf", "toml", "query", "id", "relevant", "nDCG", "articles", "hybrid", "dense", "lexical", "contextual", "static"),
    *("mcpServers", "command", "args", "https", "oceanbase"),
    *("sentence", "transformers", "cross", "encoder", "cpu", "cuda", "mps", "BibTeX", "bigrams", "characters"),
}
SETTINGS = [*sorted(KEYS, key=len, reverse=True), "true", "false"]  # what stands in a configuration file
PAGE = """# 东门社区划出停车点

□ 本报记者 张三

春江市东门社区的电瓶车过去到处乱停，堵住楼道。今年三月，社区与物业一起划出二十处停车点，装上充电桩，居民不再把车推进楼道。

## 居民怎么说

居民李四说，停车点离家近，充电也便宜。社区把收费公开在“公告栏里，每月更新一次，大家都看得见。
"""
RUN = """
import contextlib, io, json, sys
from search.cli.app import run
screens = []
for arguments in json.loads(sys.argv[1]):
    out = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        run(arguments)
        out.flush()
    screens.append(out.buffer.getvalue().decode())
print(json.dumps(screens))
"""


def screens(commands: list[list[str]], language: str = "zh", folder: Path = ROOT) -> list[str]:
    """Return what each command prints, on stdout and stderr, in a process that speaks *language*."""
    made = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(commands)],
        capture_output=True, check=True, cwd=folder, text=True,
        env={"QIANLI_LANG": language, "PYTHONPATH": str(ROOT), "QIANLI_CONFIG": "/dev/null", "QIANLI_STATE": str(folder / "own"),
             "PATH": "/usr/bin:/bin", "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    printed: list[str] = json.loads(made.stdout.splitlines()[-1])
    return printed


def english_words(screen: str, *names: str) -> set[str]:
    """Return the Latin words of a screen but for options, words in capitals, names of files and those of NAMES."""
    for name in names:
        screen = screen.replace(name, " ")
    screen = re.sub(r"(?<![\w-])--?[a-zA-Z][\w-]*|[\w./~-]*/[\w./-]*|\b[\w*]+\.[a-z]{2,5}\b|'[^']*'", " ", screen)
    return {word for word in re.findall(r"[A-Za-z]{2,}", screen) if not word.isupper()} - NAMES


def test_every_help_page_is_in_chinese_and_fits_the_terminal(tmp_path: Path) -> None:
    from rich.cells import cell_len

    pages = screens([["--help"], *([name, "--help"] for name in COMMANDS)], folder=tmp_path)
    assert len(pages) == len(COMMANDS) + 1
    for page in pages:
        assert page.startswith("用法：qianli")
        assert "选项：" in page
        assert english_words(page) == set()
        assert max(map(cell_len, page.splitlines())) <= 100


def test_an_english_help_page_has_no_chinese_sentence(tmp_path: Path) -> None:
    for page in screens([[name, "--help"] for name in COMMANDS], "en", tmp_path):
        assert page.startswith("Usage: qianli")
        assert re.findall(r"[\u4e00-\u9fff]{6,}", page) == []


def test_what_typer_says_of_options_is_in_chinese(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    commands = [["search", "a", "-k", "x"], ["search", "a", "-k", "0"], ["search", "a", "--jsn"], ["sarch"], ["show"], ["search", "a", "b"]]
    commands += [["search", "a", "-k"], ["search", "a", "--json=1"], ["eval"], ["search", "a", "--min-score", "x"]]
    printed = screens(commands, folder=tmp_path)
    assert printed[0] == "qianli: '--top-k' / '-k' 的值不对：'x' 不是整数；用法见：qianli search --help\n"
    assert printed[3] == "qianli: 没有命令 'sarch'（是否想写 'search', 'batch'？）；用法见：qianli --help\n"
    for line in printed:
        assert line.startswith("qianli: ")
        assert english_words(line) == set()


def test_what_typer_says_is_left_as_it_is_in_english_or_where_it_is_new() -> None:
    assert complaint("No such option: --jsn (Possible options: --json)", "qianli search") == (
        "No such option: --jsn (Possible options: --json); see: qianli search --help"
    )
    assert said("something that no typer says today") == "something that no typer says today"


def test_screens_speak_one_language(tmp_path: Path) -> None:
    (tmp_path / "报纸").mkdir()
    (tmp_path / "报纸" / "一.txt").write_text(PAGE, "utf-8")
    (tmp_path / "报纸" / "图.txt").write_bytes(b"%PDF-1.4")
    (tmp_path / "报纸" / "空.txt").write_bytes(b"")
    commands = [
        *(["index", "报纸", "--model", "static"], ["info"], ["info", "--check"], ["index", "--dry-run"], ["articles", "报纸"]),
        *(["search", "电瓶车乱停怎么办", "--explain"], ["search", "火星移民补贴"], ["search", "停车", "--place", "上海市"]),
        *(["search", "停车", "--source", "没有.txt"], ["search", ""], ["show", "没有.txt:3"], ["verify"], ["remove", "没有"]),
        *(["search", "停车", "--json", "--csv"], ["batch", "没有.csv"], ["articles"], ["config"], ["history"], ["new"]),
    ]
    for arguments, screen in zip(commands, screens(commands, folder=tmp_path), strict=True):
        assert english_words(screen, str(tmp_path), *re.findall(r"\b[0-9a-f]{16}\b", screen), *SETTINGS) == set(), arguments
    english = screens(commands[:8], "en", tmp_path)
    for arguments, screen in zip(commands[:4], english, strict=False):
        assert re.findall(r"[\u4e00-\u9fff]{3,}", screen) == [], arguments
