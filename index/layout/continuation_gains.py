"""Continuation of fragments: by how many nats does each text of a few continue each other one?

n texts ──continuation_gains──▶ (n, n), against "one text ends here and another begins there"
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.layout.column_breaks import LOST
from index.layout.disorder import paragraph_beginnings
from index.text.punctuation import ends_sentence
from index.text.trigrams import scores_of_all_joins, table_form

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gains = NDArray[np.float64]

QUOTE_CLOSED = 2.0  # nats for a quote that one fragment leaves open and the other closes; as much against one half alone
REPEATED_GAIN = 3.0  # nats for a join whose four characters occur together elsewhere near it (a cache; Kuhn and De Mori 1990)
CLOSES_FIRST = re.compile(r'[^“”"《》]*(?:[”》]|"(?=[，。、；：！？”）,.;:!?)]))')  # the first quote of a text is a closing one


def continuation_gains(texts: Sequence[str]) -> Gains:
    """Return (n, n): by how many nats each text continues each other one rather than that one ends and another begins.

    A text that ends a sentence needs no continuation and has none (-inf), nor does a text continue itself.
    """
    import numpy as np

    opened, closes = (np.array([has(text) for text in texts]) for has in (_leaves_quote_open, _closes_quote_first))
    quotes = QUOTE_CLOSED * np.where(opened[:, None] & closes[None, :], 1, np.where(closes[None, :], -1, 0))
    finished = np.array([ends_sentence(text) for text in texts])
    continuations, endings, beginnings = scores_of_all_joins(texts, ~finished)
    endings, beginnings = np.maximum(endings, LOST), paragraph_beginnings(texts, beginnings)
    gains = continuations + quotes + REPEATED_GAIN * _occur_elsewhere(texts, ~finished)
    gains = gains - endings[:, None] - beginnings[None, :]
    gains[finished, :] = -np.inf
    np.fill_diagonal(gains, -np.inf)
    return np.asarray(gains, np.float64)


def _occur_elsewhere(texts: Sequence[str], asked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (n, n): whether the two characters before each join and the two after it occur together somewhere in *texts*.

    *asked* (n,): whether the joins below a text are looked at.
    """
    import numpy as np

    forms = [table_form(text) for text in texts]
    known = {form[i : i + 4] for form in forms for i in range(len(form) - 3)}
    heads, none = [form[:2] for form in forms], [False] * len(forms)
    return np.array([[form[-2:] + head in known for head in heads] if ask else none for form, ask in zip(forms, asked, strict=True)])


def _leaves_quote_open(text: str) -> bool:
    """Whether a quote of *text* is closed only in its continuation; straight quotes are counted."""
    return text.count('"') % 2 == 1 or text.count("“") > text.count("”") or text.count("《") > text.count("》")


def _closes_quote_first(text: str) -> bool:
    return bool(CLOSES_FIRST.match(text))
