"""What it is worth that one thing follows another in, the best pairs out: any pairing (Kuhn 1955), or two streams that were shuffled."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def assigned(worth: NDArray[np.float64]) -> dict[int, int]:
    """Return for each row of *worth* (n, n) that gets a column that column: the pairing worth most together, in O(n³) steps.

    A pair worth nothing is not made. Shortest augmenting paths (Jonker and Volgenant 1987, without their start).

    >>> import numpy as np
    >>> assigned(np.array([[5.0, 4.0, 0.0], [5.0, 1.0, 0.0], [0.0, 0.0, -1.0]]))
    {0: 1, 1: 0}
    """
    cost = [[-max(value, 0.0) for value in row] for row in worth.tolist()]
    n = len(cost)
    rows, columns = [0.0] * (n + 1), [0.0] * (n + 1)  # prices
    taken, way = [0] * (n + 1), [0] * (n + 1)  # column -> row, column -> the column before it on the path; from 1, 0 for none
    for row in range(1, n + 1):
        taken[0], column = row, 0
        least, used = [math.inf] * (n + 1), [False] * (n + 1)
        while taken[column]:
            used[column], at, step, following = True, taken[column], math.inf, 0
            for other in range(1, n + 1):
                if not used[other]:
                    reduced = cost[at - 1][other - 1] - rows[at] - columns[other]
                    if reduced < least[other]:
                        least[other], way[other] = reduced, column
                    if least[other] < step:
                        step, following = least[other], other
            for other in range(n + 1):
                if used[other]:
                    rows[taken[other]] += step
                    columns[other] -= step
                else:
                    least[other] -= step
            column = following
        while column:
            taken[column], column = taken[way[column]], way[column]
    pairs = ((taken[column] - 1, column - 1) for column in range(1, n + 1))
    return {row: column for row, column in sorted(pairs) if cost[row][column] < 0}


def streamed(worth: NDArray[np.float64]) -> dict[int, tuple[int, float]]:
    """Return for each item but the first of its stream the one before it, and what the whole loses if that were another one.

    Two streams were shuffled and keep their own orders. *worth* (n, n): what it is worth that one item follows another in a stream;
    the sum is the greatest, in O(n²) steps (forwards and backwards, as the Viterbi algorithm with its margins).

    >>> import numpy as np
    >>> streamed(np.array([[0, -9.0, 3.0, 0], [0, 0, -9.0, 2.0], [0, 0, 0, -9.0], [0, 0, 0, 0]]))
    {2: (0, 12.0), 3: (1, 11.0)}
    """
    table = worth.tolist()
    n = len(table)
    # A state: the last item of the stream that the newest item is not in, -1 for an empty one.
    ahead = [{-1: 0.0}]
    for newest in range(n - 1):
        following: dict[int, float] = {}
        for state, total in ahead[-1].items():
            for after, value, _ in _steps(table, newest, state):
                following[after] = max(following.get(after, -math.inf), total + value)
        ahead.append(following)
    behind = [dict.fromkeys(ahead[-1], 0.0)]
    for newest in range(n - 2, -1, -1):
        behind.insert(
            0, {state: max(value + behind[0][after] for after, value, _ in _steps(table, newest, state)) for state in ahead[newest]}
        )
    found: dict[int, tuple[int, float]] = {}
    state = -1
    for newest in range(n - 1):
        best: dict[int, float] = {}  # item that newest + 1 may follow -> the greatest worth of all, then
        for other, total in ahead[newest].items():
            for after, value, before in _steps(table, newest, other):
                best[before] = max(best.get(before, -math.inf), total + value + behind[newest + 1][after])
        state, _, chosen = max(_steps(table, newest, state), key=lambda step: step[1] + behind[newest + 1][step[0]])
        if chosen >= 0:
            found[newest + 1] = chosen, best[chosen] - max((total for before, total in best.items() if before != chosen), default=-math.inf)
    return found


def _steps(table: list[list[float]], newest: int, state: int) -> tuple[tuple[int, float, int], ...]:
    """Return the two ways in which the item after *newest* goes on: the state after it, what that is worth, what it follows."""
    after = newest + 1
    return (state, table[newest][after], newest), (newest, table[state][after] if state >= 0 else 0.0, state)
