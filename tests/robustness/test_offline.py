"""The whole life of an index with the network blocked: nothing is fetched, nothing is sent."""

import os
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
socket.socket.send = socket.socket.sendto = socket.socket.sendall = socket.socket.bind = socket.gethostbyname = refuse
from search.cli.app import run
seeds, place, questions, results, judged = sys.argv[1:]
for command in (["index", seeds], ["index", seeds],
                ["search", "停车", "--json"], ["search", "停车", "--mode", "dense"], ["batch", questions],
                ["batch", questions, "-o", results], ["articles", seeds], ["show", "000_1e2b8c975dd70d3e.txt:37"], ["eval", judged],
                ["verify"], ["verify", results], ["info", "--check"], ["index", questions], ["index", "--rebuild"], ["search", "停车"]):
    code = run([*command, *([] if command[0] == "articles" else ["--index", place])])
    if code:
        sys.exit(f"{command}: {code}")
"""


def test_every_command_works_with_sockets_blocked(tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_text("停车\n", "utf-8")
    (tmp_path / "q.jsonl").write_text('{"query": "停车", "relevant": []}\n', "utf-8")
    made = subprocess.run(
        [
            sys.executable,
            "-c",
            BLOCKED,
            SEEDS / "000_1e2b8c975dd70d3e.txt",
            tmp_path / "ix",
            tmp_path / "q.txt",
            tmp_path / "r.jsonl",
            tmp_path / "q.jsonl",
        ],
        capture_output=True,
        env={**os.environ, "QIANLI_CONFIG": os.devnull},  # with the default model
        cwd=ROOT,
        check=False,
        text=True,
    )
    assert made.returncode == 0, made.stderr
