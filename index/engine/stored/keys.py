"""The key of a passage: the number of its page, made of the source's name, and its position in the page.

It does not depend on what was indexed when: where keys decide between equal scores, an index that was updated many times answers as an
index that was made at once, and so does one in another engine.
"""

from __future__ import annotations

import xxhash

POSITION_BITS = 25  # of a key, for the position in the page: no file that is read has as many paragraphs
PAGE_BITS = 63 - POSITION_BITS  # of a key, for the number of the page


def first_key(page: int) -> int:
    """Return the lowest key of a page; the keys of the page lie below `first_key(page + 1)`."""
    return page << POSITION_BITS


def page_of_key(key: int) -> int:
    return key >> POSITION_BITS


def page_number(source: str) -> int:
    """Return the number that a page of this source has, or the number from which on the next free one is sought."""
    return int(xxhash.xxh3_64_intdigest(source.encode()) >> (64 - PAGE_BITS))


def next_number(number: int) -> int:
    """Return the number that is tried after *number*, which another page has."""
    return (number + 1) % (1 << PAGE_BITS)
