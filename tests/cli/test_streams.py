"""What is printed is in the encoding of the terminal, results for programs in UTF-8; a rare character is no crash and no loss in JSON."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_cli import started

RARE = "龘镇的𠮷先生在石桥边修好了路灯，居民夜里出门不再摸黑。"  # 𠮷 is in GB18030 and not in GBK


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rare")
    (folder / "a.txt").write_text(f"# 修路灯\n\n{RARE}\n", "utf-8")
    assert started("index", folder / "a.txt", "--index", folder / ".qianli", "-q").returncode == 0
    return folder / ".qianli"


def asked(index: Path, *options: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return started("search", "修路灯", "--index", index, "--mode", "lexical", "--min-score", 0, *options, **environment)


def test_text_is_in_the_encoding_that_python_is_told(index: Path) -> None:
    made = asked(index, PYTHONIOENCODING="gbk", QIANLI_LANG="zh")
    assert RARE.replace("𠮷", "?") in made.stdout.decode("gbk")
    assert made.stderr.decode("gbk") == "gbk 中没有的字显示为 ?：U+20BB7；用 --encoding utf-8 可全部输出\n"
    assert asked(index, "-q", PYTHONIOENCODING="gbk").stderr == b""
    made = asked(index, PYTHONIOENCODING="gb18030")
    assert RARE in made.stdout.decode("gb18030")
    assert made.stderr == b""


@pytest.mark.parametrize("form", ["--json", "--csv", "--md"])
def test_results_for_programs_are_utf_8_on_any_console(index: Path, form: str) -> None:
    made = asked(index, form, PYTHONIOENCODING="gbk")
    assert RARE in made.stdout.decode("utf-8")
    assert made.stderr == b""
    assert asked(index, form).stdout == made.stdout


def test_a_batch_is_utf_8_too(index: Path) -> None:
    made = started("batch", "-", "--index", index, stdin="修路灯\n".encode(), PYTHONIOENCODING="gbk")
    assert json.loads(made.stdout.decode("utf-8"))["query"] == "修路灯"


def test_an_encoding_that_was_asked_for_holds_and_json_loses_nothing(index: Path) -> None:
    made = asked(index, "--json", "--encoding", "GBK")
    assert made.stderr == b""
    text = made.stdout.decode("gbk")
    assert "先生在石桥边" in text
    assert json.loads(text)["hits"][0]["text"] == RARE
    assert RARE in asked(index, "--encoding", "utf-8", PYTHONIOENCODING="ascii").stdout.decode()


@pytest.mark.parametrize("name", ["no-such", "base64", ""])
def test_an_encoding_that_does_not_exist_is_one_line(index: Path, name: str) -> None:
    made = asked(index, "--encoding", name)
    assert (made.returncode, made.stdout) == (2, b"")
    assert made.stderr.startswith(f"qianli: there is no encoding {name};".encode())
    assert made.stderr.count(b"\n") == 1


def test_where_the_locale_knows_no_chinese_and_nobody_said_so_it_is_utf_8(index: Path) -> None:
    program = "import sys; sys.stdout.reconfigure(encoding='latin-1'); from search.cli.app import main; sys.argv[0] = 'qianli'; main()"
    arguments = ["search", "修路灯", "--index", str(index), "--mode", "lexical", "--min-score", "0"]
    made = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, check=False, timeout=120)
    assert RARE in made.stdout.decode("utf-8")
