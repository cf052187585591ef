"""Whatever is said to people is said in English and in Chinese, and in one of them at a time."""

import ast
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from jinja2 import nodes

from index.messages import VARIABLE, counted, language, say, speaking
from index.messages.tables import tables
from tests import templates
from tests.rooms import modules

ERRORS = {"QianliError", "BadInput", "NoIndex", "DamagedIndex", "Unwritten", "OtherModel", "Busy", "NoModel", "Unreachable", "unusable"}
SAYING = {  # a function -> which of its arguments are sentences
    **dict.fromkeys(("say", *ERRORS), slice(0, 1)),
    "counted": slice(1, 3),
    "partial": slice(1, 2),  # of say
    "sentences_of_typer": slice(0, None),
}


def called() -> Iterator[tuple[str, ast.expr]]:
    """Yield each sentence that is said, or raised as an error, as the module and the argument."""
    for module, tree in modules().items():
        if module in ("index.messages", "index.errors.QianliError") or module.startswith("index.training"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING:
                for argument in node.args[SAYING[node.func.id]]:
                    yield module, argument


def sentences() -> dict[str, set[str]]:
    """Return each sentence that the code or a template of the web page says, with what says it."""
    found = templates.sentences()
    for module, argument in called():
        if isinstance(argument, ast.Constant):
            found.setdefault(argument.value, set()).add(module)
    return found


def test_a_sentence_is_written_where_it_is_said() -> None:
    put_together = [(module, argument.lineno) for module, argument in called() if isinstance(argument, (ast.JoinedStr, ast.BinOp))]
    assert put_together == []


def test_a_template_says_literal_sentences_with_the_values_that_they_name() -> None:
    wrong = []
    for template, call, argument in templates.arguments():
        given = {keyword.key for keyword in call.kwargs}
        if not isinstance(argument, nodes.Const) or names(argument.value) - {"count"} != given - {"count"}:
            wrong.append((template, call.lineno))
    assert wrong == []


def names(sentence: str) -> set[str]:
    """Return the names in braces that *sentence* has to be filled with."""
    return set(re.findall(r"\{(\w+)[!:}]", sentence))


def test_a_sentence_gets_the_values_that_it_names() -> None:
    wrong = []
    for module, tree in modules().items():
        for node in ast.walk(tree) if not module.startswith("index.training") else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING:
                given = {keyword.arg for keyword in node.keywords}
                free = {"count"} if node.func.id == "counted" else set()  # filled in, whether named or not
                for argument in node.args[SAYING[node.func.id]] if given and None not in given else ():  # None: **values
                    if isinstance(argument, ast.Constant) and names(argument.value) - free != given - free:
                        wrong.append((module, node.lineno, argument.value))
    assert wrong == []


def test_every_sentence_has_its_chinese_row() -> None:
    rows = {english for table in tables().values() for english in table}
    assert {sentence: where for sentence, where in sentences().items() if sentence not in rows} == {}


def test_every_row_is_said_somewhere() -> None:
    said = sentences()
    assert {english: name for name, table in tables().items() for english in table if english not in said} == {}


def test_no_sentence_stands_in_two_tables() -> None:
    rows = [english for table in tables().values() for english in table]
    assert sorted(rows) == sorted(set(rows))


@pytest.mark.parametrize("name", list(tables()))
def test_a_row_fills_in_the_same_names(name: str) -> None:
    unlike = {english: chinese for english, chinese in tables()[name].items() if names(english) != names(chinese)}
    assert unlike == {}


@pytest.mark.parametrize("name", list(tables()))
def test_a_row_is_chinese(name: str) -> None:
    assert [chinese for chinese in tables()[name].values() if not re.search("[\u3000-\u9fff\uff00-\uffef]", chinese)] == []


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"QIANLI_LANG": "zh"}, "zh"),
        ({"QIANLI_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW.Big5"}, "zh"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh_CN.GB18030", "LANG": "en_US.UTF-8"}, "zh"),
        ({"QIANLI_LANG": "fr", "LANG": "zh_CN.UTF-8"}, "zh"),  # a language that we do not speak says nothing
        ({}, "en"),
    ],
)
def test_the_locale_decides_and_the_variable_overrules_it(
    variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.platform", "linux")
    assert language() == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("Chinese (Simplified)_China", "zh"), ("zh_CN", "zh"), ("English_United States", "en"), (None, "en")]
)
def test_on_windows_the_language_of_the_system_decides(name: str | None, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setattr("locale.getlocale", lambda: (name, "cp936"))
    assert language() == expected


def test_a_sentence_is_said_in_the_language_of_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = "no index in {folder}; make one with: qianli index FOLDER"
    monkeypatch.setenv(VARIABLE, "en")
    assert say(sentence, folder="a{b}") == "no index in a{b}; make one with: qianli index FOLDER"
    monkeypatch.setenv(VARIABLE, "zh")
    assert say(sentence, folder="a{b}") == "a{b} 中没有索引；请先建立：qianli index 文件夹"


def test_a_count_of_one_is_no_plural() -> None:
    assert [counted(n, "{count} page", "{count} pages") for n in (0, 1, 2)] == ["0 pages", "1 page", "2 pages"]


def test_each_reader_of_a_server_is_spoken_to_in_their_own_language() -> None:
    both_speak = threading.Barrier(2, timeout=30)

    def said(wanted: str) -> tuple[str, str]:
        with speaking(wanted):
            both_speak.wait()
            inside = language()
            both_speak.wait()
        return inside, language()

    with ThreadPoolExecutor(2) as readers:
        assert list(readers.map(said, ("zh", "en"))) == [("zh", "en"), ("en", "en")]  # after the block that of the process
