"""Optimal assignments: which item follows which, for any pairing (Kuhn 1955) or for two streams that were shuffled together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Step = tuple[int, float, int]  # the state after a step, its gain, and the item that the new one follows (-1 for none)


def best_pairing(gains: NDArray[np.float64]) -> dict[int, int]:
    """Return row -> column for the pairing of rows and columns with the greatest sum of *gains* (n, n), in O(n³) steps.

    A pair without a gain is left out. Shortest augmenting paths (Jonker and Volgenant 1987, without their initialisation).

    >>> import numpy as np
    >>> best_pairing(np.array([[5.0, 4.0, 0.0], [5.0, 1.0, 0.0], [0.0, 0.0, -1.0]]))
    {0: 1, 1: 0}
    """
    cost = [[-max(gain, 0.0) for gain in row] for row in gains.tolist()]
    n = len(cost)
    row_prices, column_prices = [0.0] * (n + 1), [0.0] * (n + 1)
    row_of = [0] * (n + 1)  # of each column, from 1, 0 for none
    previous = [0] * (n + 1)  # the column before each one on the shortest path
    for row in range(1, n + 1):
        row_of[0], column = row, 0
        least, used = [math.inf] * (n + 1), [False] * (n + 1)
        while row_of[column]:
            used[column], current, step, nearest = True, row_of[column], math.inf, 0
            for other in range(1, n + 1):
                if not used[other]:
                    reduced = cost[current - 1][other - 1] - row_prices[current] - column_prices[other]
                    if reduced < least[other]:
                        least[other], previous[other] = reduced, column
                    if least[other] < step:
                        step, nearest = least[other], other
            for other in range(n + 1):
                if used[other]:
                    row_prices[row_of[other]] += step
                    column_prices[other] -= step
                else:
                    least[other] -= step
            column = nearest
        while column:
            row_of[column], column = row_of[previous[column]], previous[column]
    pairs = ((row_of[column] - 1, column - 1) for column in range(1, n + 1))
    return {row: column for row, column in sorted(pairs) if cost[row][column] < 0}


def unshuffled(gains: NDArray[np.float64]) -> dict[int, tuple[int, float]]:
    """Return item -> (the item before it in its stream, its margin) for two streams that were shuffled and kept their orders.

    *gains* (n, n): the gain if one item follows another in a stream. The sum of the gains is the greatest possible; the margin is
    what the sum loses at least if the item followed another one. Viterbi's algorithm forwards and backwards, in O(n²) steps.

    >>> import numpy as np
    >>> unshuffled(np.array([[0, -9.0, 3.0, 0], [0, 0, -9.0, 2.0], [0, 0, 0, -9.0], [0, 0, 0, 0]]))
    {2: (0, 12.0), 3: (1, 11.0)}
    """
    table = gains.tolist()
    n = len(table)
    # A state is the last item of the stream that the newest item is not in, -1 for an empty stream.
    ahead = [{-1: 0.0}]  # by newest item: the greatest sum so far in each state
    for newest in range(n - 1):
        following: dict[int, float] = {}
        for state, total in ahead[-1].items():
            for after, gain, _ in _steps(table, newest, state):
                following[after] = max(following.get(after, -math.inf), total + gain)
        ahead.append(following)
    behind = _sums_behind(table, ahead)
    links: dict[int, tuple[int, float]] = {}
    state = -1
    for newest in range(n - 1):
        best: dict[int, float] = {}  # an item that newest + 1 may follow -> the greatest sum if it does
        for other, total in ahead[newest].items():
            for after, gain, before in _steps(table, newest, other):
                best[before] = max(best.get(before, -math.inf), total + gain + behind[newest + 1][after])
        state, _, chosen = max(_steps(table, newest, state), key=lambda step: step[1] + behind[newest + 1][step[0]])
        if chosen >= 0:
            links[newest + 1] = chosen, best[chosen] - max((total for before, total in best.items() if before != chosen), default=-math.inf)
    return links


def _sums_behind(table: list[list[float]], ahead: list[dict[int, float]]) -> list[dict[int, float]]:
    """Return by newest item and state the greatest sum of the gains that are still to come."""
    behind = [dict.fromkeys(ahead[-1], 0.0)]
    for newest in range(len(table) - 2, -1, -1):
        following = behind[0]
        sums = {state: max(gain + following[after] for after, gain, _ in _steps(table, newest, state)) for state in ahead[newest]}
        behind.insert(0, sums)
    return behind


def _steps(table: list[list[float]], newest: int, state: int) -> tuple[Step, Step]:
    """Return the two ways to go on: the item after *newest* follows it in its stream, or follows *state* in the other one."""
    after = newest + 1
    return (state, table[newest][after], newest), (newest, table[state][after] if state >= 0 else 0.0, state)
