"""Fitting the probability lines: the regression finds what made the evidence; questions without an answer are told apart."""

from pathlib import Path

import numpy as np
import pytest

from index.engine.open import open_index
from index.training.evidence import FIELDS, OPEN, Gathered, language, load, save
from index.training.held_out import RememberingEncoder, index_corpus, paragraph_rows
from index.training.probability import cross_validated, fitted, quality, report, scored
from search.ranking.candidate_reader import ALIGNED
from tests.toy import ToyEncoder

TRUE = {"relative": 6.0, "similarity": 2.0, "missing": -3.0}
NAMES = tuple(TRUE)


def gathered(asked: int = 2000, seed: int = 1) -> Gathered:
    """Return evidence drawn at random. Of an answerable question the candidate is right that the line TRUE makes most probable."""
    chance = np.random.default_rng(seed)
    values = {name: chance.random((asked, ALIGNED)).astype(np.float32) for name in FIELDS}
    values["missing"] = (values["missing"] > 0.7).astype(np.float32)
    odds = np.asarray(sum(weight * values[name] for name, weight in TRUE.items())) + chance.logistic(size=(asked, ALIGNED))
    answerable = np.arange(asked) % 2 == 0
    right = np.where(answerable, odds.argmax(axis=1), -1)
    kinds = np.where(answerable, "story", OPEN)
    return Gathered(
        values, np.ones((asked, 3), np.float32), right, answerable, np.arange(asked), np.arange(asked) // 2, kinds, np.full(asked, "zh")
    )


def test_evidence_that_speaks_for_a_passage_raises_its_probability_and_what_is_missing_lowers_it() -> None:
    sample = gathered()
    line = fitted(sample, NAMES, 10, np.ones(2000, bool))
    assert line.relative > line.similarity > 0 > line.missing
    assert line.judge == 0


def test_evidence_that_would_lower_a_probability_is_left_out() -> None:
    sample = gathered()
    sample.values["similarity"] = -sample.values["similarity"]
    assert fitted(sample, NAMES, 10, np.ones(2000, bool)).similarity == 0


def test_candidates_are_ordered_by_probability_and_those_that_were_not_read_have_none() -> None:
    sample = gathered(200)
    sample.values["judge"][:, 5:] = np.nan
    names = (*NAMES, "judge")
    one = scored(sample, fitted(sample, names, 10, np.ones(200, bool)), names, 10, reorder=True)
    assert (np.diff(one.probability, axis=1) <= 0).all()
    assert (one.probability[:, 5:] == 0).all()


def test_each_passage_is_scored_by_a_line_that_was_not_fitted_on_it() -> None:
    sample = gathered()
    own = scored(sample, fitted(sample, NAMES, 10, np.ones(2000, bool)), NAMES, 10, reorder=True)
    other = cross_validated(sample, NAMES, 10, reorder=True)
    assert not np.array_equal(own.probability, other.probability)
    assert own.probability == pytest.approx(other.probability, abs=0.1)


def test_the_report_says_how_well_the_probabilities_separate_and_order() -> None:
    lines = "\n".join(report("LINE", gathered(400), NAMES, 10, reorder=True))
    assert lines.startswith("LINE = ProbabilityLine(")
    for figure in ("unanswerable, near-topic (200)", "story (200): nDCG@10", "calibration error, zh"):
        assert figure in lines
    perfect = gathered(400)
    perfect.values["relative"][:] = perfect.right[:, None] == np.arange(ALIGNED)
    perfect.right[perfect.right >= 10] = -1
    assert "AUC" in next(quality(perfect, cross_validated(perfect, ("relative",), 10, reorder=False)))


def test_what_was_gathered_is_read_as_it_was_written(tmp_path: Path) -> None:
    sample = gathered(20)
    save(sample, tmp_path / "evidence.npz")
    read = load(tmp_path / "evidence.npz")
    assert all((read.values[name] == sample.values[name]).all() for name in FIELDS)
    assert (read.kinds == sample.kinds).all() and (read.right == sample.right).all()
    with pytest.raises(SystemExit, match=r"make it with: python -m index\.training\.evidence"):
        load(tmp_path / "gone.npz")


@pytest.mark.parametrize(
    ("text", "expected"), [("停车难", "zh"), ("parking", "en"), ("주차", "other"), ("駐車はどこ", "other"), ("где", "other")]
)
def test_the_language_of_a_question(text: str, expected: str) -> None:
    assert language(text) == expected


def test_a_corpus_has_one_passage_for_each_row_and_passages_are_embedded_once(tmp_path: Path) -> None:
    class Counting(ToyEncoder):
        embedded = 0

        def encode_passages(self, texts):  # type: ignore[no-untyped-def]
            self.embedded += len(texts)
            return super().encode_passages(texts)

    counting = Counting()
    encoder = RememberingEncoder(counting)
    for name in ("one", "two"):
        with open_index(index_corpus(paragraph_rows(["楼道", "河道"]), encoder, tmp_path / name)) as index:
            assert [passage.text for _, passage in index.every_passage()] == ["楼道", "河道"]
    assert counting.embedded == 2
