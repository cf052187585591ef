"""The comparison: every program builds, starts cold and answers, in turns; what was measured before is not measured again.

for each size:  corpora, qianli's index, export ──▶ builds ──▶ cold starts, A B C A B C … ──▶ questions, A B C A B C … ──▶ changed pages
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.speed.changes import changes
from tests.benchmarks.speed.corpora import passages_of, questions_of, write_corpora
from tests.benchmarks.speed.peers import PEERS, Installed, install
from tests.benchmarks.speed.process import Ran, megabytes_of, parts_of, run
from tests.benchmarks.speed.programs import Corpus, Program
from tests.benchmarks.speed.qianli import DEFAULT, FAST, OWN, ROOT, UNREAD, commit
from tests.benchmarks.speed.records import Record, Records

YARDSTICK = "import numpy, faiss, typer"
BUILD, COLD, ASK, AGAIN, EMBED, INSTALL = "build", "cold", "ask", "again", "embed", "install"
OURS: tuple[Program, ...] = (FAST, DEFAULT, UNREAD)


@dataclass(frozen=True)
class Plan:
    """What is run: *only* these programs (all where empty), so many *rounds* of cold starts and of questions.

    - *limit*: seconds that a peer's build may take, *megabytes*: memory of its own that it may take.
    - *seconds*: that a program is asked one by one, and again together, in a round.
    - *torch*: the site-packages of an environment with PyTorch, which txtai may use.
    - *anew*: whether what was measured before is put aside.
    """

    shared: Path
    work: Path
    sizes: Sequence[str]
    only: Sequence[str]
    rounds: int
    limit: float
    megabytes: float
    seconds: float
    torch: Path | None = None
    anew: bool = False


class Comparison:
    """A comparison in the folder *work*, which keeps environments, pages, indexes and records."""

    def __init__(self, plan: Plan) -> None:
        plan.work.mkdir(parents=True, exist_ok=True)
        self.plan, self.commit = plan, commit()
        records = plan.work / "records.jsonl"
        if plan.anew and records.exists():
            records.rename(records.with_name(f"records-{time.strftime('%Y%m%d-%H%M%S')}.jsonl"))
        self.records = Records(records)
        self.questions = plan.work / "questions.json"

    def show_last(self) -> None:
        """Take the commit that was measured last, whatever the working tree holds now."""
        measured = [record["made by"] for record in self.records.lines if record["program"] == FAST.name and record["step"] == EMBED]
        self.commit = measured[-1] if measured else self.commit

    def run(self) -> None:
        """Measure what is not measured yet."""
        questions, programs = questions_of(self.plan.shared), self.programs()
        self.questions.write_text(json.dumps(questions, ensure_ascii=False), "utf-8")
        write_corpora(self.plan.shared, self.plan.work / "pages", list(self.plan.sizes))
        for size in sorted(self.plan.sizes, key=passages_of):
            corpus = self.corpus(size)
            fitting = [program for program in programs if program.largest is None or passages_of(size) <= program.largest]
            self.export(corpus)
            built = [program for program in fitting if self.built(program, corpus)]
            self.in_turns(COLD, self.plan.rounds + 2, built, size, questions)
            self.in_turns(ASK, self.plan.rounds, built, size, questions)
            if FAST in built:
                self.again(corpus, questions[0])

    def programs(self) -> list[Program]:
        """Return the programs that are wanted and can be installed."""
        ours = [program for program in OURS if self._wanted(program.name)]
        peers: list[Program] = []
        for peer in PEERS:
            if self._wanted(peer.name):
                program = Installed(peer, self.plan.work / "environments")
                failure = install(peer, self.plan.work / "environments", self.plan.torch)
                if failure:
                    self.records.add({"program": peer.name, "step": INSTALL, "made by": program.version, "failed": failure})
                else:
                    peers.append(program)
        if not ours and not peers:
            known = "; ".join([*(program.name for program in OURS), *(peer.name for peer in PEERS)])
            raise SystemExit(f"no program {', '.join(self.plan.only)}; there are: {known}")
        return [*ours, *peers]

    def _wanted(self, name: str) -> bool:
        return not self.plan.only or any(part.lower() in name.lower() for part in self.plan.only)

    def corpus(self, size: str) -> Corpus:
        return Corpus(size, self.plan.work / "pages" / size, self.plan.work / "exports" / size)

    def folder(self, program: Program, size: str) -> Path:
        """Return where the index of *program* lies."""
        return self.plan.work / "indexes" / re.sub(r"\W+", "-", program.shares or program.name) / size

    def built_by(self, program: Program, size: str) -> str:
        """Return the version of an index: a peer's is made again where the passages are others."""
        return self.commit if program in OURS else f"{program.version}, {self.facts(size).get('characters')} characters"

    def asked_by(self, program: Program) -> str:
        """Return the versions of a round: all programs are asked again beside another qianli."""
        return f"{program.version} beside {self.commit}".strip()

    def facts(self, size: str) -> dict[str, Any]:
        """Return how many passages and characters the peers are given, and of which commit's index."""
        path = self.corpus(size).export / "facts.json"
        facts: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        return facts

    def export(self, corpus: Corpus) -> None:
        """Write the passages and vectors of qianli's index for the peers, and learn what embedding them takes."""
        if not corpus.export.exists() or (self._wanted(FAST.name) and self.facts(corpus.size).get("commit") != self.commit):
            if not self.built(FAST, corpus):
                raise SystemExit(f"qianli made no index of {corpus.size}; see {self.plan.work / 'records.jsonl'}")
            self._own("export", str(self.folder(FAST, corpus.size)), str(corpus.export))
        if not self.records.find(self.commit, program=FAST.name, size=corpus.size, step=EMBED):
            made = json.loads(self._own("embed", str(corpus.export), FAST.model).output.splitlines()[-1])
            self._add(FAST, corpus.size, EMBED, self.commit, {**self.facts(corpus.size), **made})

    def built(self, program: Program, corpus: Corpus) -> bool:
        """Whether *program* has an index of *corpus*; it is made unless it is there, was too much before, or is bound to be."""
        key = {"program": program.name, "size": corpus.size, "step": BUILD}
        folder, made_by = self.folder(program, corpus.size), self.built_by(program, corpus.size)
        if program.shares:
            return folder.exists()
        for record in self.records.find(made_by, **key):
            if "failed" not in record and folder.exists():
                return True
            if record.get("limits") == self._limits(program):
                return False
        if reason := self._too_much(program, corpus.size):
            self._add(program, corpus.size, BUILD, made_by, {"failed": reason, "limits": self._limits(program)})
            return False
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        limits = {} if program in OURS else {"seconds": self.plan.limit, "megabytes": self.plan.megabytes}
        ran = run(program.build(corpus, folder), cwd=ROOT, **limits)
        figures = {**_figures(ran), "disk": megabytes_of(folder) if folder.exists() else 0.0}
        if program in OURS:
            figures |= {f"disk {part}": size for part, size in parts_of(folder).items()}
        if ran.stopped:
            figures["limits"] = self._limits(program)
        if ran.failure:
            shutil.rmtree(folder, ignore_errors=True)
        self._add(program, corpus.size, BUILD, made_by, figures)
        return not ran.failure

    def _limits(self, program: Program) -> list[float]:
        return [] if program in OURS else [self.plan.limit, self.plan.megabytes]

    def _too_much(self, program: Program, size: str) -> str:
        """Return why a peer is bound to go beyond its limits, judged by its next smaller build; "" if it is not."""
        if program in OURS:
            return ""
        builds = self.records.find(program=program.name, step=BUILD)
        builds = [record for record in builds if record["made by"] == self.built_by(program, record["size"])]
        smaller = [record for record in builds if passages_of(record["size"]) < passages_of(size)]
        if not smaller:
            return ""
        last = max(smaller, key=lambda record: passages_of(record["size"]))
        times = passages_of(size) / passages_of(last["size"])
        if "limits" in last:
            return f"not tried: {last['size']} was {last['failed']}"
        if "failed" in last or passages_of(last["size"]) < 10_000:  # a small build tells nothing
            return ""
        if last["clock"] * times > self.plan.limit:
            return f"not tried: {last['size']} took {last['clock']:,.0f} s, which makes about {last['clock'] * times:,.0f} s"
        if last["anon"] * times > self.plan.megabytes:
            return f"not tried: {last['size']} took {last['anon']:,.0f} MB of memory, which makes about {last['anon'] * times:,.0f} MB"
        return ""

    def in_turns(self, step: str, rounds: int, programs: Sequence[Program], size: str, questions: Sequence[str]) -> None:
        """Run a step of each program, round by round."""
        for number in range(rounds):
            question = questions[number]
            if step == COLD and not self.records.find(self.commit, program=YARDSTICK, size=size, step=COLD, round=number):
                ran = run([sys.executable, "-c", YARDSTICK], watched=False, cwd=ROOT)
                self._add(YARDSTICK, size, COLD, self.commit, {**_figures(ran), "round": number})
            for program in programs:
                if step == COLD and program.shares:  # it starts as the other one does
                    continue
                key = {"program": program.name, "size": size, "step": step, "round": number}
                if any("failed" not in record for record in self.records.find(self.asked_by(program), **key)):
                    continue
                folder = self.folder(program, size)
                if step == COLD:
                    ran = run(program.cold(folder, question), seconds=self.plan.limit, watched=False, cwd=ROOT)
                else:
                    command = program.ask(folder, self.questions, self.plan.seconds)
                    ran = run(command, seconds=self.plan.limit, megabytes=self.plan.megabytes, cwd=ROOT)
                self._add(program, size, step, self.asked_by(program), {**_figures(ran, step == ASK), "round": number})

    def again(self, corpus: Corpus, question: str) -> None:
        """Measure qianli over pages that did not change, or of which one did."""
        key = {"program": FAST.name, "size": corpus.size, "step": AGAIN}
        if self.records.find(self.commit, **key, what="disk"):  # the last one
            return
        for made in changes(corpus, self.folder(FAST, corpus.size), question):
            self._add(FAST, corpus.size, AGAIN, self.commit, made)

    def _own(self, *words: str) -> Ran:
        ran = run([*OWN, *words], cwd=ROOT)
        if ran.failure:
            raise SystemExit(f"{words[0]}: {ran.failure}")
        return ran

    def _add(self, program: Program | str, size: str, step: str, made_by: str, figures: dict[str, Any]) -> Record:
        name = program if isinstance(program, str) else program.name
        record = self.records.add({"program": name, "size": size, "step": step, "made by": made_by, **figures})
        short = ", ".join(f"{name} {value:.3g}" for name, value in figures.items() if isinstance(value, float))
        print(
            f"{record['at'][11:]} {size} {name}: {figures.get('what', step)}: {figures.get('failed') or short}", file=sys.stderr, flush=True
        )
        return record


def _figures(ran: Ran, inside: bool = True) -> dict[str, Any]:
    """Return what a command took, by what it printed about itself where it did (*inside*), else seen from outside."""
    if ran.failure:
        return {"failed": ran.failure, "clock": ran.clock, "anon": ran.anon}
    seen = {"clock": ran.clock, "processor": ran.processor, "anon": ran.anon, "mapped": ran.mapped}
    lines = ran.output.splitlines()
    printed = json.loads(lines[-1]) if inside and lines and lines[-1].startswith("{") else {}
    if "hits" in printed:  # a result of qianli
        return seen
    own = {name: value for name, value in printed.items() if name not in ("anon", "mapped", "peak")}
    return {**seen, **own}
