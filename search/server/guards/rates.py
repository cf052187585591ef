"""How much one client may ask: a bucket for each that fills by so much a second, and what each request takes out of it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

MOST_CLIENTS = 10_000  # buckets that are kept; the one that was not used for longest is forgotten
NETWORK = 4  # groups of an IPv6 address that name a subscriber, who has all addresses below them


class Limiter:
    """Buckets of *burst* each, which fill by *rate* a second.

    >>> limiter = Limiter(1, 2, clock=lambda: 0.0)
    >>> limiter.wait("a", 2), limiter.wait("a", 1), limiter.wait("b", 1)
    (0.0, 1.0, 0.0)
    """

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str, amount: float = 1.0) -> float:
        """Take *amount* out of the bucket of *client* and return 0; where it holds less, take none, and return the seconds to wait."""
        wait = self.needed(client, amount)
        left, now = self._buckets.pop(client)
        self._buckets[client] = (left if wait else left - amount, now)
        if len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return wait

    def needed(self, client: str, amount: float = 1.0) -> float:
        """Return the seconds until the bucket of *client* holds *amount*, and take nothing."""
        now = self._clock()
        left, before = self._buckets.get(client, (self._burst, now))
        left = min(self._burst, left + (now - before) * self._rate)
        self._buckets[client] = (left, now)
        return max(0.0, (amount - left) / self._rate)


def client_of(address: str) -> str:
    """Return what names a client: its address, of an IPv6 address the network of one subscriber.

    >>> client_of("192.0.2.7"), client_of("2001:db8:1:2:3:4:5:6"), client_of("")
    ('192.0.2.7', '2001:db8:1:2', '')
    """
    return ":".join(address.split(":")[:NETWORK]) if ":" in address else address
