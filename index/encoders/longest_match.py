"""The words of many plain texts at once: greedy longest match over arrays, several times as fast as text by text (`word_pieces.py`).

texts ──▶ numbers of characters, 0 between words ──▶ runs of one script
      ──▶ for each position the longest word that begins there, all positions one character further at a time
      ──▶ from the start of each run, word after word ──▶ ids

The words are a tree: its nodes for single characters are the numbers of the characters, and a hash table leads from a node and the next
character to the next node.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

CODES = 0x110000  # code points of Unicode
BETWEEN_TEXTS = "\n"  # in no word
LEFT = -1  # the number of a character that only the tokenizer can judge
NONE = -1  # no word, no key
BITS = 14  # of a character's number, in a key of the hash table
FREE = 4  # places of the hash table for each key
SPREAD = 0x9E3779B97F4A7C15  # 2**64 by the golden ratio (Knuth, Sorting and Searching, 6.4)


class Script(NamedTuple):
    """The characters of one script that stand in words, and how long a run of them may be before the tokenizer cuts it."""

    characters: frozenset[str]
    longest: int


class LongestMatch:
    """*words*: ids of the words. *scripts*: characters outside them, and those not in *plain*, are left to the tokenizer.

    *plain*: each character that may stand in a text, with what it is compared as ("A" as "a").
    """

    def __init__(self, words: Mapping[str, int], scripts: Sequence[Script], plain: Mapping[str, str]) -> None:
        import numpy as np

        numbers = {character: number for number, character in enumerate(sorted({*"".join(words)}), 1)}
        if len(numbers) >= 1 << BITS:
            raise ValueError(f"{len(numbers)} characters are more than {BITS} bits can number")
        script_of = {character: number for number, script in enumerate(scripts, 1) for character in script.characters}
        self._numbers = np.full(CODES, LEFT, np.int16)
        self._numbers[ord(BETWEEN_TEXTS)] = 0
        for character, compared in plain.items():
            self._numbers[ord(character)] = numbers.get(compared, LEFT) if compared in script_of else 0
        self._scripts = np.array([0, *(script_of.get(character, 0) for character in numbers)], np.int8)
        self._longest = np.array([CODES, *(script.longest for script in scripts)])
        self._grow(words, numbers)

    def _grow(self, words: Mapping[str, int], numbers: Mapping[str, int]) -> None:
        """Make the tree: the word that ends at each node, whether the node goes on, and the hash table between nodes."""
        import numpy as np

        ids, sizes = np.array([*words.values()], np.int64), np.array([*map(len, words)])
        characters = np.array([numbers[character] for word in words for character in word], np.int64)
        firsts = np.cumsum(sizes) - sizes
        ends = characters[firsts]  # the node that each word has come to
        keys, count, length, longer = [np.empty(0, np.int64)], len(numbers) + 1, 1, np.flatnonzero(sizes > 1)
        while len(longer):
            level, rows = np.unique(ends[longer] << BITS | characters[firsts[longer] + length], return_inverse=True)
            ends[longer] = count + rows
            keys.append(level)
            count, length = count + len(level), length + 1
            longer = longer[sizes[longer] > length]
        self._words, self._goes_on = np.full(count, NONE, np.int64), np.zeros(count, bool)
        self._words[ends] = ids
        every = np.concatenate(keys)
        self._goes_on[every >> BITS] = True
        self._fill(every, np.arange(len(numbers) + 1, count))

    def _fill(self, keys: Numbers, following: Numbers) -> None:
        """Make the hash table, which leads from each of *keys* to the node *following*."""
        import numpy as np

        self._shift = np.uint64(64 - (FREE * len(keys) + 1).bit_length())
        self._keys = np.full(1 << (64 - int(self._shift)), NONE, np.int64)
        self._following = np.zeros(len(self._keys), np.int64)
        places = self._places(keys)
        while len(keys):
            free = self._keys[places] == NONE
            self._keys[places[free]] = keys[free]  # of several keys for one place the last one gets it
            left = self._keys[places] != keys
            self._following[places[~left]] = following[~left]
            keys, following, places = keys[left], following[left], (places[left] + 1) % len(self._keys)

    def ids(self, texts: Sequence[str]) -> list[Numbers | None]:
        """Return the ids of the words of each text, in order; None for a text that only the tokenizer can cut."""
        import numpy as np

        codes = np.frombuffer(BETWEEN_TEXTS.join([*texts, ""]).encode("utf-32-le", "surrogatepass"), "<u4")
        ends = np.cumsum([len(text) + 1 for text in texts])
        numbers = self._numbers[codes]
        left = [np.flatnonzero(numbers == LEFT)]
        np.maximum(numbers, 0, out=numbers)
        scripts = self._scripts[numbers]
        starts = np.flatnonzero(np.diff(scripts, prepend=0))
        sizes = np.diff(starts, append=len(codes))
        inside = scripts[starts] > 0
        left.append(starts[sizes > self._longest[scripts[starts]]])
        stops = np.repeat(starts + sizes, sizes)  # of the run that each position lies in; positions before the first run have none
        stops = np.concatenate((np.zeros(len(codes) - len(stops), np.int64), stops))
        lengths, words = self._longest_words(numbers.astype(np.int64), scripts, stops)
        begins = np.zeros(len(codes), bool)
        place = starts[inside]
        while len(place):
            begins[place] = True
            following = place + lengths[place]
            place = following[following < stops[place]]
        places = np.flatnonzero(begins)
        found = words[places]
        left.append(places[found == NONE])
        unknown = {*np.searchsorted(ends, np.concatenate(left), "right").tolist()}
        bounds = [0, *np.searchsorted(places, ends).tolist()]
        return [None if row in unknown else found[bounds[row] : bounds[row + 1]] for row in range(len(texts))]

    def _longest_words(self, numbers: Numbers, scripts: NDArray[np.int8], stops: Numbers) -> tuple[Numbers, Numbers]:
        """Return for each position the length and the id of the longest word that begins there and ends before its run does."""
        import numpy as np

        lengths, words = np.ones(len(numbers), np.int64), self._words[numbers]
        at = np.flatnonzero((scripts > 0) & (stops - np.arange(len(numbers)) > 1) & self._goes_on[numbers])
        nodes, length = numbers[at], 1
        while len(at):
            nodes = self._next(nodes << BITS | numbers[at + length])
            length += 1
            at, nodes = at[nodes != NONE], nodes[nodes != NONE]
            ending = self._words[nodes]
            lengths[at[ending != NONE]] = length
            words[at[ending != NONE]] = ending[ending != NONE]
            more = self._goes_on[nodes] & (stops[at] > at + length)
            at, nodes = at[more], nodes[more]
        return lengths, words

    def _places(self, keys: Numbers) -> Numbers:
        import numpy as np

        return (keys.astype(np.uint64) * np.uint64(SPREAD) >> self._shift).astype(np.int64)

    def _next(self, keys: Numbers) -> Numbers:
        """Return the node that each key leads to, NONE where it leads nowhere."""
        import numpy as np

        places = self._places(keys)
        held = self._keys[places]
        nodes = np.where(held == keys, self._following[places], NONE)
        rows = np.flatnonzero((held != keys) & (held != NONE))
        places = places[rows]
        while len(rows):  # another key has this place: these keys are in one of the next places, before the first free one
            places = (places + 1) % len(self._keys)
            held = self._keys[places]
            same = held == keys[rows]
            nodes[rows[same]] = self._following[places[same]]
            on = ~same & (held != NONE)
            rows, places = rows[on], places[on]
        return nodes
