"""Feed hostile files and questions to the command line. It must print an answer or one line of error, and no escape sequence."""

from __future__ import annotations

import os
import random
import resource
import shutil
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from search.cli.app import COMMANDS, run
from tests.robustness.children import Child, tried
from tests.robustness.table import Row
from tests.robustness.worlds import Worlds

Chance = random.Random
TEXT = "某市某街道\n\n居民反映小区里没有地方给电动自行车充电，楼道里停满了车。\n\n社区建了集中充电点，停车问题也解决了。\n"
HURTFUL = (
    "\x00", "\x1b[2J\x1b[31m", "\x1b]0;title\x07", "\u202e\u2066", "\u200b\ufeff", "\x9b31m", "\r", "\x0c", "\x85", "\u2028", "\ud800",
    "=cmd|' /C calc'!A0", "' OR 1=1; DROP TABLE passages; --", "text:停车 AND (title:*", "[1 TO 9]", "\"未完", "((((", "*",
    "~9", "^^^^", "%s%n",
    "{{7*7}}", "../../etc/passwd", "a" * 5000, "字" * 5000, "“" * 3000, "é\u0301" * 300, "\U0010ffff", "😀" * 200,
    "،،،", "[" * 5000, "#" * 300, "- " * 300,
)  # fmt: skip
LINES = (
    "", "", "a", "1", "。", "一", "“", "”", "（", "《", "# a", "- b", ">", "|", "-----", "```", "停车难", "居民反映没有地方停车。", "图为",
    "本报记者 张三", "一、", "(1)", "——本报讯", "杭州市", "=1+1", "\x1b[31m", "，", "　　段落", "第一版",
)  # fmt: skip
MANY = 30_000  # lines
NAMES = (
    "新\n行.txt",
    "引'\"号.txt",
    "\x1b[31m.txt",
    "长" * 83 + ".txt",
    "-rf.txt",
    " .txt",
    "a:1.txt",
    "=1+1.txt",
    "\u202etxt.exe.txt",
    "*?[.md",
)
OPTIONS = (
    ["-k", "0"], ["-k", "1000000000"], ["-k", "-1"], ["--min-score", "nan"], ["--min-score", "0"], ["--place", "%' OR '1"],
    ["--source", "[[["],
    ["--source", "*" * 200], ["--json"], ["--csv"], ["--md"], ["--trec"], ["--json", "--csv"], ["--mode", "lexical"], ["--mode", "x"],
    ["--per-article", "1"],
)  # fmt: skip


MEMORY = 1024  # MB


def hostile(world: Worlds, tries: int, seed: int) -> Row:
    row = Row("hostile files and queries, fuzzed", "0 crashes, 0 hangs over 10 s")
    most = 0.0
    index = world.folder / "asked"
    shutil.rmtree(index, ignore_errors=True)
    made = tried(lambda: run(["index", str(world.pages), "--index", str(index), "--model", "fast", "-q"]))
    assert made.said == 0, made.said
    kinds = (_pages, _odd_entries, _crowd, _question, _question, _batch, _citation)
    for number in range(tries):
        chance = Chance(f"{seed} {number}")
        folder = world.folder / "hostile"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        kind = chance.choice(kinds)
        arguments = kind(folder, index, chance)
        ended = Child(lambda arguments=arguments, folder=folder: _commanded(arguments, folder)).ended()  # type: ignore[misc]
        where = f"try {number}, {kind.__name__.strip('_')}: {str(arguments)[:150]}"
        if ended.code:
            row.count("hung" if ended.code in (-24, -9) else "crashed", f"{where}: {ended.said}")
            continue
        code, out, err, memory = ended.said
        most = max(most, memory)
        escaped = any(sign in out + err for sign in ("\x1b", "\x9b", "\u202e"))
        fault = "an escape sequence was printed" if escaped and "--json" not in arguments else ""
        fault = fault or (f"{memory:.0f} MB of memory" if memory > MEMORY else "")
        row.count(f"exit {code}" if code in (0, 1, 2) and not fault else "wrong", fault and f"{where}: {fault}")
    row.note = f"at most {most:.0f} MB of memory"
    return row


def _commanded(arguments: list[str], folder: Path) -> tuple[int, str, str, float]:
    """Run one command as a terminal would; return its exit code, what it printed, and its peak memory in MB."""
    out, err, given = ((folder.parent / name).open("w+b") for name in ("out", "err", "given"))
    given.write(b"".join(os.fsencode(part) for part in arguments[1:2]))
    given.seek(0)
    for stream, number in ((given, 0), (out, 1), (err, 2)):
        os.dup2(stream.fileno(), number)
    sys.stdout, sys.stderr = _text(1), _text(2)
    code = run([argument.replace("\x00", "\ufffd") for argument in arguments])  # no shell hands over a NUL
    sys.stdout.flush()
    sys.stderr.flush()
    printed, said = ((folder.parent / name).read_bytes().decode("utf-8", "replace") for name in ("out", "err"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return code, printed, said, peak


def _text(number: int) -> IO[str]:
    return os.fdopen(os.dup(number), "w", encoding="utf-8", errors="replace")


def _mangled(chance: Chance) -> bytes:
    """Return a page that something is wrong with."""
    text = TEXT
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(HURTFUL) + text[at:]
    raw = text.encode(
        chance.choice(("utf-8", "utf-8", "gb18030", "utf-16", "big5hkscs", "utf-32")), "ignore" if chance.random() < 0.5 else "replace"
    )
    how = chance.randrange(6)
    if how == 0:
        harmed = bytearray(raw)
        for _ in range(chance.randrange(1, 50)):
            harmed[chance.randrange(len(harmed))] = chance.randrange(256)
        return bytes(harmed)
    if how == 1:
        return raw[: chance.randrange(len(raw))]
    if how == 2:
        return chance.randbytes(chance.randrange(5000))
    if how == 3:
        return raw + "某年".encode("gb18030") * chance.randrange(50) + raw
    if how == 4:
        return raw.replace(b"\n", b" ") * chance.choice((1, 50, 300))
    return raw


def _pages(folder: Path, index: Path, chance: Chance) -> list[str]:
    for number in range(chance.randrange(1, 4)):
        name = chance.choice((*NAMES, f"{number}.txt", f"{number}.md"))
        (folder / name).write_bytes(_mangled(chance))
        if chance.random() < 0.3:
            beside = chance.choice(
                (b"{", b"[" * 100_000, b'{"articles": [{"paragraphs": [[9, 1]]}]}', b"null", b'{"articles": 1e999}', chance.randbytes(50))
            )
            with suppress(OSError):
                (folder / f"{name}.articles.json").write_bytes(beside)
    return chance.choice((["articles", str(folder)], ["articles", "--json", str(folder)], _index_of(folder)))


def _crowd(folder: Path, index: Path, chance: Chance) -> list[str]:
    """A page of very many lines out of very few pieces."""
    some, size = chance.sample(LINES, chance.randrange(1, 7)), chance.choice((1, 1, 3, 20))
    lines = ("".join(chance.choice(some) for _ in range(chance.randrange(1, size + 1))) for _ in range(chance.randrange(MANY)))
    page = folder / chance.choice(("a.txt", "a.md"))
    page.write_text(chance.choice(("\n", "\n", "\n\n", "\r\n", " \n")).join(lines), "utf-8")
    like = ["search", "--like", str(page), "--index", str(index)]
    return chance.choice((["articles", str(folder)], ["articles", "--json", str(folder)], _index_of(folder), like))


def _index_of(folder: Path) -> list[str]:
    return ["index", str(folder), "--index", str(folder.parent / f"{folder.name}-ix"), "--model", "fast"]


def _odd_entries(folder: Path, index: Path, chance: Chance) -> list[str]:
    """Loops, pipes, sockets, links out of the folder, names that are no text, deep folders, files of a gigabyte."""

    def deep() -> None:
        at = folder
        for _ in range(chance.randrange(50, 400)):
            at = at / "深层"
        with suppress(OSError):
            at.mkdir(parents=True)
            (at / "a.txt").write_text(TEXT, "utf-8")

    def large() -> None:
        with (folder / "large.txt").open("wb") as file:
            file.truncate(1 << 30)

    def listening() -> None:
        with socket.socket(socket.AF_UNIX) as made, suppress(OSError):
            made.bind(str(folder / "socket.txt"))

    odd: tuple[Callable[[], object], ...] = (
        deep, large, listening,
        lambda: (folder / "loop").symlink_to(folder), lambda: (folder / "self.txt").symlink_to(folder / "self.txt"),
        lambda: (folder / "out.txt").symlink_to("/etc/passwd"), lambda: (folder / "zero.txt").symlink_to("/dev/zero"),
        lambda: os.mkfifo(folder / "pipe.txt"), lambda: (folder / os.fsdecode(b"\xff\xfe.txt")).write_text(TEXT, "utf-8"),
        lambda: (folder / "folder.txt").mkdir(), lambda: (folder / "a.txt").write_text(TEXT, "utf-8"),
        lambda: (folder / "b.txt.articles.json").mkdir(), lambda: [(folder / f"{n}.txt").touch() for n in range(500)],
    )  # fmt: skip
    for make in chance.sample(odd, 3):
        with suppress(OSError):
            make()
    return chance.choice((["articles", str(folder)], _index_of(folder)))


def _words(chance: Chance) -> str:
    some = [chance.choice((*HURTFUL, "停车", "充电 楼道", "how to park", "")) for _ in range(chance.randrange(0, 5))]
    return chance.choice(("", " ")).join(some) * chance.choice((1, 1, 1, 1, 100))


def _question(folder: Path, index: Path, chance: Chance) -> list[str]:
    words = _words(chance)
    question = ["search", "--", words] if chance.random() < 0.8 else ["search", "-"]
    return [question[0], *chance.choice(((), *OPTIONS)), *chance.choice(((), *OPTIONS)), "--index", str(index), *question[1:]]


def _batch(folder: Path, index: Path, chance: Chance) -> list[str]:
    lines = (
        lambda: f'{{"id": "{chance.randrange(9)}", "query": "停车"}}',
        lambda: _words(chance), lambda: '{"query": null}', lambda: '{"id": {"a": []}, "query": 5}', lambda: "[" * 3000,
        lambda: '{"query": "\\ud800"}',
        lambda: "id,query", lambda: '"1","未完', lambda: '{"id": 1e400, "query": "停车"}', lambda: "{",
    )  # fmt: skip
    file = folder / chance.choice(("q.jsonl", "q.csv", "q.txt"))
    raw = "\n".join(chance.choice(lines)() for _ in range(chance.randrange(0, 6))).encode("utf-8", "surrogatepass")
    file.write_bytes(raw if chance.random() < 0.7 else raw + chance.randbytes(30))
    return ["batch", *chance.choice(((), *OPTIONS)), "--index", str(index), "--", str(file)]


def _citation(folder: Path, index: Path, chance: Chance) -> list[str]:
    citation = chance.choice(
        (*HURTFUL, "a" * 40, "000000", "p00.txt:5", "p00.txt:99999999999999999999", ":1", "p00.txt:²", "p00.txt:-1", "ffffffg")
    )
    commands = [name for name in ("show", "verify") if name in COMMANDS]
    return [chance.choice(commands), "--index", str(index), "--", citation]
