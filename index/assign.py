"""A table of what each pairing is worth in, the best pairing out: the assignment problem (Kuhn 1955), by shortest paths."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def assigned(worth: NDArray[np.float64]) -> dict[int, tuple[int, float]]:
    """Return for each row of *worth* (n, n) that gets a column that column, and a bound: without this pair the whole loses so much or more.

    The pairing is worth most together; a pair worth nothing is not made. Takes O(n³) steps (Jonker and Volgenant 1987, without
    their start); the loss is the least reduced cost of another pair in the row or the column.

    >>> import numpy as np
    >>> assigned(np.array([[5.0, 4.0, 0.0], [5.0, 1.0, 0.0], [0.0, 0.0, -1.0]]))
    {0: (1, 0.0), 1: (0, 3.0)}
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
    return {
        taken[column] - 1: (column - 1, _loss(cost, rows, columns, taken[column], column))
        for column in sorted(range(1, n + 1), key=lambda column: taken[column])
        if cost[taken[column] - 1][column - 1] < 0
    }


def _loss(cost: list[list[float]], rows: list[float], columns: list[float], row: int, column: int) -> float:
    n = len(cost)
    beside = (cost[row - 1][other - 1] - rows[row] - columns[other] for other in range(1, n + 1) if other != column)
    above = (cost[other - 1][column - 1] - rows[other] - columns[column] for other in range(1, n + 1) if other != row)
    return max(min(beside, default=math.inf), min(above, default=math.inf))
