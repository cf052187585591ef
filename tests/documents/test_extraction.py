"""Whatever a document does to its reader, the run goes on: a child that crashes, hangs or fills the memory is one reason in words."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.document import Block, Spot
from index.documents import extraction
from index.documents.extracted import Extracted, Refused
from index.documents.extraction import extract
from index.files.discover import read_all

READERS_OF_TESTS = """
import ctypes, os, time
from index.document import Block, Spot
from index.documents.extracted import Extracted, Refused

def plain(content):
    print("a library that talks")
    text = content.decode("utf-8", "surrogatepass")
    return Extracted(text, "test 1", (Block(((0, 2),), "text", 1),), (Spot(0, 3, "iii", (1.0, 2.0, 3.0, 4.5)), Spot(1, None)), ("a note",))

def process(content):
    return Extracted(str(os.getpid()), "test 1")

def crash(content):
    ctypes.string_at(0)

def hang(content):
    time.sleep(600)

def memory(content):
    return Extracted("a" * (3 << 30), "test 1")

def broken(content):
    raise KeyError("a key that is not there")

def deep(content):
    return deep(content)

def refusing(content):
    raise Refused("no")

def missing(content):
    import a_package_that_nobody_has

def huge(content):
    return Extracted("一二三\\n" * 3_000_000, "test 1")
"""
KINDS = ("plain", "process", "crash", "hang", "memory", "broken", "deep", "refusing", "missing", "huge")


@pytest.fixture(autouse=True)
def kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the child know the readers above."""
    (tmp_path / "readers_of_tests.py").write_text(READERS_OF_TESTS, "utf-8")
    rows = {kind: f"readers_of_tests:{kind}" for kind in KINDS}
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(extraction, "EXTRACTORS", rows)
    added = f"from index.documents.extractors import EXTRACTORS; EXTRACTORS.update({rows}); serve()"
    monkeypatch.setattr(extraction, "PROGRAM", extraction.PROGRAM.replace("serve()", added))
    extraction.end_children()
    yield
    extraction.end_children()


def pid() -> int:
    return int(extract("process", b"").text)


def refusal(kind: str) -> str:
    with pytest.raises(Refused) as refused:
        extract(kind, b"%")
    return str(refused.value)


def test_a_text_comes_whole_with_its_blocks_spots_and_notes_and_half_characters_are_marked() -> None:
    expected = Extracted(
        "𠮷\ufffd\n终", "test 1", (Block(((0, 2),), "text", 1),), (Spot(0, 3, "iii", (1.0, 2.0, 3.0, 4.5)), Spot(1)), ("a note",)
    )
    assert extract("plain", "𠮷\ud800\n终".encode("utf-8", "surrogatepass")) == expected


def test_one_child_reads_one_file_after_the_other() -> None:
    first = pid()
    assert first != os.getpid()
    assert [pid(), pid()] == [first, first]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("crash", "the program that reads such files crashed on it; open it and save it anew"),
        ("memory", "reading it takes more than 2 GB of memory; split it, or open it and save it anew"),
        ("broken", "damaged; open it and save it anew"),
        ("deep", "nested too deeply; open it and save it anew"),
        ("refusing", "no"),
        ("missing", 'reading it needs more packages; install them with: pip install "qianli-precedents[documents]"'),
        ("huge", "too large: its text has 28.6 MB, at most 8 MB are read; split it"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
def test_what_a_file_does_to_its_reader_is_a_reason_and_the_next_file_is_read(kind: str, reason: str) -> None:
    assert refusal(kind) == reason
    assert extract("plain", "下一个".encode()).text == "下一个"


def test_a_child_that_hangs_is_ended_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    first = pid()
    monkeypatch.setattr(extraction, "MOST_SECONDS", 0.3)
    assert "took more than 0.3 seconds" in refusal("hang")
    monkeypatch.setattr(extraction, "MOST_SECONDS", 60)
    assert pid() != first
    assert not is_running(first)


def test_a_child_that_went_while_it_waited_is_replaced() -> None:
    first = pid()
    os.kill(first, signal.SIGKILL)
    while is_running(first):
        time.sleep(0.01)
    assert pid() != first


def test_a_child_is_replaced_after_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "MOST_FILES", 2)
    assert len({pid() for _ in range(4)}) == 2


def test_threads_get_the_answers_to_their_own_files() -> None:
    with ThreadPoolExecutor(8) as threads:
        texts = list(threads.map(lambda number: extract("plain", b"%d" % number * 1000).text, range(60)))
    assert texts == [str(number) * 1000 for number in range(60)]
    assert len(extraction._idle) <= extraction.MOST_CHILDREN


def test_a_kind_that_nothing_reads_starts_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "Child", None)
    assert refusal("ofd") == "an OFD file, which no program here reads; save it as PDF"


def test_reading_texts_alone_starts_no_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "Child", None)
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.txt").write_text("修路\n\n村里修了三公里的路，大家都说好。\n", "utf-8")
    assert [page.source for _, page in read_all([pages])] == ["a.txt"]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL], ids=["interrupted", "killed"])
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs signals")
def test_no_child_outlives_the_process_that_reads(sent: signal.Signals, tmp_path: Path) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text(
        f"import sys; sys.path[:0] = {[str(tmp_path), str(Path.cwd())]!r}\n"
        "from index.documents import extraction\n"
        f"extraction.EXTRACTORS = {extraction.EXTRACTORS!r}\n"
        f"extraction.PROGRAM = {extraction.PROGRAM!r}\n"
        "print(extraction.extract('process', b'').text, flush=True)\n"
        "extraction.extract('hang', b'')\n"
    )
    with subprocess.Popen([sys.executable, slow], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        child = int(process.stdout.readline())
        time.sleep(0.2)  # until it hangs
        assert is_running(child)
        process.send_signal(sent)
        process.wait(10)
    for _ in range(500):
        if not is_running(child):
            break
        time.sleep(0.01)
    assert not is_running(child)


def is_running(process: int) -> bool:
    """Whether there is a process of this number that is no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False
