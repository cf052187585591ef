"""Hostile documents are read or named; `make faults` feeds ten times as many."""

from pathlib import Path

import pytest

from tests.robustness.documents import hostile_documents, outcome_of

QUICK = 64  # documents: each bomb that is made in no time, and some that are damaged by chance
SLOW = ("bomb.docx", "lines.docx", "nested.docx", "rows.xlsx", "deep.epub", "deep.html", "open.html", "quotes.csv", "cells.csv")  # seconds


@pytest.mark.parametrize("seed", [7])
def test_hostile_documents_are_read_or_named(seed: int, tmp_path: Path) -> None:
    outcomes = {}
    for name, make in hostile_documents(seed, QUICK):
        if name not in SLOW:
            content = make()
            (tmp_path / name).write_bytes(content)
            outcomes[name] = outcome_of(tmp_path / name)
    assert {name: fault for name, (_, fault) in outcomes.items() if fault} == {}
    were_read = {name for name, (outcome, _) in outcomes.items() if outcome == "read"}
    assert were_read > {"wide.docx", "styles.docx", "linked.docx", "sheet.docx"}
