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


def streamed(worth: NDArray[np.float64]) -> list[int]:
    """Return for each item the one before it in its stream, -1 for the first: two streams that were shuffled keep their own orders.

    *worth* (n, n): what it is worth that one item follows another in a stream; the sum is the greatest, in O(n²) steps.

    >>> import numpy as np
    >>> streamed(np.array([[0, -9.0, 3.0, 0], [0, 0, -9.0, 2.0], [0, 0, 0, -9.0], [0, 0, 0, 0]]))
    [-1, -1, 0, 1]
    """
    n = len(worth)
    best = {-1: 0.0}  # last item of the stream that the newest item is not in -> the greatest worth so far
    came: list[dict[int, int]] = [{}]  # newest item -> that item -> the same of the step before
    for newest in range(n - 1):
        following: dict[int, float] = {}
        way: dict[int, int] = {}
        for other, total in best.items():
            switched = total + (float(worth[other, newest + 1]) if other >= 0 else 0.0)
            for last, value in ((other, total + float(worth[newest, newest + 1])), (newest, switched)):
                if value > following.get(last, -math.inf):
                    following[last], way[last] = value, other
        best = following
        came.append(way)
    before = [-1] * n
    other = max(best, key=lambda last: best[last], default=-1)
    for newest in range(n - 1, 0, -1):
        previous = came[newest][other]
        before[newest] = newest - 1 if other == previous else previous
        other = previous
    return before
