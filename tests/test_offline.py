"""The whole life of an index with the network blocked: nothing is fetched, nothing is sent."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT, SEEDS

BLOCKED = """
import socket, sys

class Refused(Exception): ...

def refuse(*arguments, **options):
    raise Refused("a socket was asked for")

socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = refuse
from search.cli import run
for command in (["index", sys.argv[1]], ["search", "停车", "--json"], ["search", "停车", "--mode", "dense"], ["batch", sys.argv[3]],
                ["articles", sys.argv[1]], ["eval", sys.argv[4]],
                ["show", "000_1e2b8c975dd70d3e.txt:37"], ["info", "--check"], ["index", "--rebuild"]):
    code = run([*command, *([] if command[0] == "articles" else ["--index", sys.argv[2]])])
    if code:
        sys.exit(f"{command}: {code}")
"""


def test_every_command_works_with_sockets_blocked(tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_text("停车\n", "utf-8")
    (tmp_path / "q.jsonl").write_text('{"query": "停车", "relevant": []}\n', "utf-8")
    made = subprocess.run(
        [sys.executable, "-c", BLOCKED, SEEDS, tmp_path / "ix", tmp_path / "q.txt", tmp_path / "q.jsonl"],
        capture_output=True,
        cwd=ROOT,
        check=False,
        text=True,
    )
    assert made.returncode == 0, made.stderr
