"""qianli as a program that is measured, by its command line; and what it does inside a process of its own.

python -m tests.benchmarks.speed.qianli ask INDEX QUESTIONS SECONDS [--without-cross-encoder]
python -m tests.benchmarks.speed.qianli export INDEX FOLDER      passages.jsonl, vectors.npy, facts.json
python -m tests.benchmarks.speed.qianli embed EXPORT MODEL       processor seconds that embedding alone takes
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks.speed.drivers.asking import K, answer, figures
from tests.benchmarks.speed.process import PROC, family
from tests.benchmarks.speed.programs import Corpus

ROOT = Path(__file__).parents[3]
AT_ONCE = 10_000  # passages that are exported together
SAMPLE = 5_000  # passages that are embedded to learn what embedding takes
CLI = (sys.executable, "-m", "search.cli.app")
OWN = (sys.executable, "-m", "tests.benchmarks.speed.qianli")


@dataclass(frozen=True)
class Qianli:
    """qianli with one of its models. *read*: whether the cross-encoder reads the first passages, where the model has one."""

    name: str
    model: str
    largest: int | None = None
    shares: str = ""
    read: bool = True

    version = ""  # the commit, which the comparison names

    def build(self, corpus: Corpus, folder: Path) -> list[str]:
        return [*CLI, "index", str(corpus.pages), "--index", str(folder), "--model", self.model, "--quiet"]

    def cold(self, folder: Path, question: str) -> list[str]:
        return [*CLI, "search", question, "--index", str(folder), "-k", str(K), "--json"]

    def ask(self, folder: Path, questions: Path, seconds: float) -> list[str]:
        return [*OWN, "ask", str(folder), str(questions), str(seconds), *(() if self.read else ("--without-cross-encoder",))]


FAST = Qianli("qianli fast", "static")
DEFAULT = Qianli("qianli default", "contextual", largest=10_000)
UNREAD = Qianli("qianli default, nothing read by the cross-encoder", "contextual", 10_000, DEFAULT.name, read=False)


def commit() -> str:
    """Return the last commit that changed the program, marked where the working tree differs from it."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True).stdout.strip()

    changed = git("status", "--porcelain", "index", "search")
    return (git("log", "-1", "--format=%h", "--", "index", "search") or "unknown") + (" and changes" if changed else "")


def ask(index: Path, questions: list[str], seconds: float, read: bool) -> dict[str, float]:
    """Return how fast an open search answers, as drivers/asking.py asks."""
    from index.workers import Workers, usual_processes
    from search.batch.answers import CHUNK, answers
    from search.batch.processes import Opening, Processes
    from search.batch.questions import BatchQuestion
    from search.options import SearchOptions
    from search.ranking.cross_encoders import CROSS_ENCODED
    from search.searcher import Searcher, open_search

    with open_search(index) as opened:
        resources = opened._state.resources
        searcher = opened if read else Searcher(replace(resources, cross_encoder=None))

        with Workers(usual_processes() if searcher.threads > 1 else 0) as workers:
            opening = Opening(index, None, words_only=False)
            processes = Processes(workers, opening, searcher, SearchOptions(K)) if workers.processes else None

            def ask_many(some: Sequence[str]) -> None:
                """Ask as `qianli batch` does."""
                batch = [BatchQuestion(str(number), question) for number, question in enumerate(some)]
                chunks = [batch[first : first + CHUNK] for first in range(0, len(batch), CHUNK)]
                list(answers(chunks, searcher, SearchOptions(K), waiting=lambda: True, processes=processes))

            if processes:  # they are as open as this one
                for coming in [processes.submit(questions[-2:]) for _ in range(processes.count)]:
                    processes.answers(questions[-2:], coming)
            made = figures(lambda question: searcher.search(question, K), ask_many, questions, seconds, _spent)
        return {**made, "passages read": CROSS_ENCODED if read and resources.cross_encoder else 0}


def _spent() -> float:
    """Return the processor seconds of this process and all below it (Linux)."""
    fields = [(PROC / str(pid) / "stat").read_text().rpartition(")")[2].split() for pid in family(os.getpid())]
    return sum(int(times[11]) + int(times[12]) for times in fields) / os.sysconf("SC_CLK_TCK")


def export(index: Path, folder: Path) -> None:
    """Write the passages of *index* in their order, a JSON string a line, their vectors, and how many they are."""
    import numpy as np

    from index.engine.open import open_index

    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    with open_index(index) as opened, (partial / "passages.jsonl").open("w", encoding="utf-8") as file:
        vectors = np.lib.format.open_memmap(partial / "vectors.npy", "w+", np.float32, (len(opened), opened.model.dim))
        keys: list[int] = []
        written = characters = 0
        for key, passage in opened.every_passage():
            file.write(json.dumps(passage.text, ensure_ascii=False) + "\n")
            characters += len(passage.text)
            keys.append(key)
            if len(keys) == AT_ONCE:
                vectors[written : written + len(keys)] = opened.vectors(keys)
                written, keys = written + len(keys), []
        vectors[written : written + len(keys)] = opened.vectors(keys)
        vectors.flush()
    facts = {"passages": len(vectors), "characters": characters, "commit": commit()}
    (partial / "facts.json").write_text(json.dumps(facts), "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def embed(folder: Path, model: str) -> dict[str, float]:
    """Return the processor seconds that embedding all passages takes, from a sample of them."""
    from index.encoders.open import open_encoder

    texts = [json.loads(line) for line in (folder / "passages.jsonl").read_text("utf-8").splitlines()]
    some = random.Random(1).sample(texts, min(SAMPLE, len(texts)))
    encoder = open_encoder(model)
    encoder.encode_passages(some[:100])
    begun = time.process_time()
    for first in range(0, len(some), 100):
        encoder.encode_passages(some[first : first + 100])
    took = time.process_time() - begun
    return {"processor": took * sum(map(len, texts)) / sum(map(len, some))}


def main(verb: str, *given: str) -> None:
    if verb == "ask":
        questions = json.loads(Path(given[1]).read_text("utf-8"))
        answer(ask(Path(given[0]), questions, float(given[2]), read="--without-cross-encoder" not in given))
    elif verb == "export":
        export(Path(given[0]), Path(given[1]))
    else:
        answer(embed(Path(given[0]), given[1]))


if __name__ == "__main__":
    main(*sys.argv[1:])
