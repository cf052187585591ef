"""The peers: what they are, what they leave out, and how each gets an environment of its own.

PEERS ──▶ WORK/environments/NAME (a virtual environment, kept) ──▶ drivers/driver.py MODULE build|cold|ask
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from index.encoders.shipped import SHIPPED, STATIC
from tests.benchmarks.speed.process import environment
from tests.benchmarks.speed.programs import Corpus

DRIVER = Path(__file__).parent / "drivers" / "driver.py"
TORCH = "torch==2.13.0"
WORDS_OF = ("rjieba==0.2.2",)
VECTORS_OF = ("tokenizers==0.23.3", "numpy==2.4.6")  # what the vector of a question takes


@dataclass(frozen=True, slots=True)
class Peer:
    """A program that is compared: *module* is its driver, *environment* the folder that it is installed in, several may share it."""

    name: str
    module: str
    environment: str
    packages: tuple[str, ...]
    does: str
    leaves_out: str


PEERS = (
    Peer(
        *("bm25s", "bm25s_words", "bm25s", ("bm25s==0.3.16", *WORDS_OF, "numpy==2.4.6")),
        "BM25 over jieba's words, in memory",
        "no vectors, no texts: numbers of passages come back; cannot be changed, only made anew",
    ),
    Peer(
        *("tantivy", "tantivy_words", "tantivy", ("tantivy==0.27.0", *WORDS_OF, "numpy==2.4.6")),
        "BM25 over jieba's words, from disk",
        "no vectors, no texts: numbers of passages come back",
    ),
    Peer(
        *("SQLite FTS5 + sqlite-vec", "sqlite_hybrid", "sqlite", ("pysqlite3-binary==0.5.4.post2", "sqlite-vec==0.1.9", *VECTORS_OF)),
        "BM25 over trigrams, exact vectors, reciprocal ranks",
        "words of one or two characters cannot be found",
    ),
    Peer(
        *("LanceDB, flat", "lancedb_hybrid", "lancedb", ("lancedb==0.40.0", *WORDS_OF, *VECTORS_OF)),
        "BM25 over jieba's words, exact vectors, reciprocal ranks",
        "",
    ),
    Peer(
        *("LanceDB, IVF_HNSW_SQ", "lancedb_hnsw", "lancedb", ("lancedb==0.40.0", *WORDS_OF, *VECTORS_OF)),
        "the same with approximate vectors",
        "vectors are approximate: what that loses is not measured here",
    ),
    Peer(
        *("txtai", "txtai_hybrid", "txtai", ("txtai==9.14.0", TORCH, *VECTORS_OF)),
        "BM25 and vectors, weighted",
        "vectors are approximate (IVF) from 5,000 passages",
    ),
    Peer(
        *("Chroma", "chroma_dense", "chroma", ("chromadb==1.5.9", *VECTORS_OF)),
        "vectors alone",
        "no words; vectors are approximate (HNSW)",
    ),
    Peer(
        *("Milvus Lite", "milvus_hybrid", "milvus", ("milvus-lite==3.2.2", "pymilvus==3.0.2", "jieba==0.42.1", *VECTORS_OF)),
        "BM25 over jieba's words, exact vectors, reciprocal ranks",
        "",
    ),
)


class Installed:
    """A peer in its environment, as a program that is measured."""

    largest = None
    shares = ""

    def __init__(self, peer: Peer, environments: Path) -> None:
        self.name, self.peer = peer.name, peer
        self._python = environments / peer.environment / "bin" / "python"

    @property
    def version(self) -> str:
        return " ".join(package for package in self.peer.packages if package not in (*WORDS_OF, *VECTORS_OF))

    def build(self, corpus: Corpus, folder: Path) -> list[str]:
        return self._command("build", str(corpus.export), str(folder))

    def cold(self, folder: Path, question: str) -> list[str]:
        return self._command("cold", str(folder), str(SHIPPED / STATIC), question)

    def ask(self, folder: Path, questions: Path, seconds: float) -> list[str]:
        return self._command("ask", str(folder), str(SHIPPED / STATIC), str(questions), str(seconds))

    def _command(self, *words: str) -> list[str]:
        return [str(self._python), str(DRIVER), self.peer.module, *words]


def install(peer: Peer, environments: Path, torch: Path | None) -> str:
    """Install *peer* unless its environment is as it should be; return why it could not be, "" where it could.

    *torch*: the site-packages of an environment that has PyTorch, which is used instead of a copy.
    """
    folder = environments / peer.environment
    done = folder / "installed.json"
    if done.exists() and json.loads(done.read_text("utf-8")) == list(peer.packages):
        return ""
    print(f"installing {' '.join(peer.packages)}", file=sys.stderr, flush=True)
    if made := _failure([sys.executable, "-m", "venv", str(folder)]):
        return made
    python = folder / "bin" / "python"
    if torch and TORCH in peer.packages:
        (site,) = (folder / "lib").glob("python3*/site-packages")
        (site / "shared_torch.pth").write_text(f"{torch.resolve()}\n", "utf-8")
    if made := _failure([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *peer.packages]):
        return made
    done.write_text(json.dumps(peer.packages), "utf-8")
    return ""


def _failure(command: list[str]) -> str:
    """Run *command*; return the last line of what went wrong, "" if nothing did."""
    ended = subprocess.run(command, capture_output=True, text=True, env=environment())
    lines = [line for line in ended.stderr.splitlines() if line.strip()]
    return "" if ended.returncode == 0 else f"cannot be installed: {lines[-1][:200] if lines else ended.returncode}"
