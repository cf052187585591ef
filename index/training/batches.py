"""Sort texts by what they train, and draw the texts of each step of `contextual.py`.

    pairs, written questions, running text ──sort──▶ TrainingTexts ──draw(step)──▶ StepTexts

A step has the same texts however often training was interrupted. Held-out pairs train nothing.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from index.training.data import SEED, Leak, Pair, rows
from index.training.sources import PAIRS, TASK, TEXTS

PASSAGES = 20  # of a step, that written questions ask for
QUESTIONS = 3  # of each of these passages
PAIRED = 20  # pairs of a step
TRANSLATED = 32  # translations of a step
RUNNING = 14  # running texts of a step
GENERAL = 24  # general questions of a step
TEXTS_KEPT = 30_000  # running texts, of all corpora together
SHORTEST = 20  # characters of a running text
LONGEST = 400  # characters of a running text; the rest is cut off
TRANSLATIONS = ("par_", "dict_", "zh_idiom_cinlid", "zh_abbreviations")  # beginnings of the names of sources


GENERAL_SOURCES = (  # sources of questions about anything
    *("dureader_demo_question_passage", "mrc_antiterror_question_passage", "mrc_abstract_question_passage"),
    *("law_question_article", "med_question_answer", "xxqg_question_answer"),
)


@dataclass(slots=True)
class AskedPassage:
    """A passage with its questions, passages named as *near*, and *mined* ones by question; near and mined passages do not answer."""

    passage: str
    questions: list[str] = field(default_factory=list)
    near: list[str] = field(default_factory=list)
    mined: dict[str, list[str]] = field(default_factory=dict)


class DrawnPassage(NamedTuple):
    """A passage of a step, some of its *questions*, and *wrong* passages."""

    passage: str
    questions: list[str]
    wrong: list[str]


class StepTexts(NamedTuple):
    """The texts of one step."""

    asked: list[DrawnPassage]
    pairs: list[Pair]
    translations: list[Pair]
    running: list[str]
    general: list[str]


class TrainingTexts(NamedTuple):
    """All texts that steps draw from; pairs and translations by source."""

    asked: list[AskedPassage]
    pairs: dict[str, list[Pair]]
    translations: dict[str, list[Pair]]
    running: list[str]

    def draw(self, step: int) -> StepTexts:
        """Return the texts of *step*, always the same; passages are drawn in rounds, each with another order."""
        chance = random.Random(f"{SEED} step {step}")
        size, drawn = len(self.asked), []
        for position in range(step * PASSAGES, (step + 1) * PASSAGES):
            asked = self.asked[shuffled(size, position // size)[position % size]]
            questions = chance.sample(asked.questions, min(QUESTIONS, len(asked.questions)))
            wrong = chance.sample(asked.near, min(1, len(asked.near)))
            hard = [text for question in questions for text in asked.mined.get(question, ())]
            drawn.append(DrawnPassage(asked.passage, questions, wrong + chance.sample(hard, min(1, len(hard)))))
        running = chance.sample(self.running, RUNNING)
        paired = _of_one_source(self.pairs, PAIRED, chance)
        translated = _of_one_source(self.translations, TRANSLATED, chance)
        sources = [self.pairs[name] for name in GENERAL_SOURCES if name in self.pairs]
        general = [chance.choice(chance.choice(sources)).a for _ in range(GENERAL if sources else 0)]
        return StepTexts(drawn, paired, translated, running, general)


@cache
def shuffled(size: int, epoch: int) -> list[int]:
    """Return the numbers below *size* in the order of the round *epoch*."""
    return random.Random(f"{SEED} epoch {epoch}").sample(range(size), size)


def _of_one_source(sources: dict[str, list[Pair]], count: int, chance: random.Random) -> list[Pair]:
    """Draw *count* pairs of one source, whose probability is proportional to its boost and to the square root of its size."""
    names = list(sources)
    name = chance.choices(names, [PAIRS[name].boost * len(sources[name]) ** 0.5 for name in names])[0]
    return chance.sample(sources[name], min(count, len(sources[name])))


def sort(pairs: Iterable[Pair], running: list[str], leak: Leak) -> TrainingTexts:
    """Sort *pairs* by what they train, without those that are held out, and without near passages that *leak* catches."""
    asked: dict[str, AskedPassage] = {}
    paired: dict[str, list[Pair]] = defaultdict(list)
    translations: dict[str, list[Pair]] = defaultdict(list)
    caught = cache(leak.caught)
    for pair in pairs:
        if pair.held_out:
            continue
        if pair.source in TASK:
            passage = asked.setdefault(pair.b, AskedPassage(pair.b))
            passage.questions.append(pair.a)
            passage.near += [text for text in dict.fromkeys(pair.near) if text not in passage.near and not caught(text)]
        elif pair.source.startswith(TRANSLATIONS):
            translations[pair.source].append(pair)
        else:
            paired[pair.source].append(pair)
    return TrainingTexts(list(asked.values()), dict(paired), dict(translations), running)


def running_text(corpora: Path, leak: Leak) -> list[str]:
    """Return TEXTS_KEPT running texts, as many of each corpus, without those that *leak* catches."""
    chance, kept = random.Random(SEED), list[str]()
    for name in TEXTS:
        texts = [row["text"][:LONGEST] for row in rows(corpora / "text" / f"{name}.jsonl.gz") if len(row["text"]) >= SHORTEST]
        drawn = chance.sample(texts, min(len(texts), TEXTS_KEPT // len(TEXTS)))
        kept += [text for text in drawn if not leak.caught(text)]
    return kept
