"""Hard returns: body paragraphs of a document that may be one, since somebody ended each printed line with a paragraph mark.

    为保障供水安全，县里新建水源井十二     ends in mid-sentence, and so do its neighbours, as wide: a text pasted out of a PDF
    眼，改造旧管网八十公里。               may continue it: the words decide, as in a page of text

Only what may be one is named here; `index/layout` joins it or does not. What is centred, a heading, an item, a row, indented anew or a
labelled line (`联系人：…`) begins a paragraph in any case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from index.document import Block
from index.documents.extracted import Extracted

ENDS = re.compile(r"[。！？!?…；;：:.][”’\"'」』)）】》〉>]*$|——”?$")  # of a sentence, or of what leads on to a list
CLAUSE = re.compile(r"[，。；：、,;]")
WITHIN = re.compile(r"[。！？][”’）]?(?=[^。！？”’）])")  # a sentence ends within a line
GOES_ON = re.compile(r"[，。、；：！？）》”’％%,.;:)]")  # no paragraph begins so
LABELLED = re.compile(r"[\u4e00-\u9fff]{2,8}[：:]")
NARROW = re.compile("[\0-\u2e7f]")
WIDEST_PRINTED = 130  # cells of a printed line; wider paragraphs are whole
NEARLY_FULL, FULL = 0.85, 0.92  # of the widest line of a pasted text: it was broken there; a sentence may go on with another one
FEWEST_PASTED = 3  # lines in a row that end in mid-sentence, as wide as each other, which show a pasted text
SHORTEST_CUT = 12  # characters of a paragraph cut in mid-sentence; shorter ones are headings, names, items
LONG_CUT = 20  # characters from which on it needs no mark of a clause


def with_hard_returns(extracted: Extracted, indents: Mapping[int, int]) -> Extracted:
    """Return *extracted* with the join None for blocks that may go on with the one above.

    *indents*: number of a block -> the indent of its first line, for the plain paragraphs of the body and no other blocks.
    """
    blocks = list(extracted.blocks)
    for run in _runs(blocks, indents):
        texts = [extracted.text[blocks[i].spans[0][0] : blocks[i].spans[-1][1]] for i in run]
        widest = _pasted_width(texts)
        for (a, upper), (b, lower) in pairwise(zip(run, texts, strict=True)):
            if LABELLED.match(lower) or (indents[b] > indents[a]):
                continue
            if widest and _is_full(upper, widest):
                blocks[b] = replace(blocks[b], join=None)
            elif not widest and _is_cut(upper, lower):
                blocks[b] = replace(blocks[b], join=None, gap=1)  # as below a column break: the words alone decide
    return extracted._replace(blocks=tuple(blocks))


def _runs(blocks: Sequence[Block], indents: Mapping[int, int]) -> Iterator[list[int]]:
    """Yield the numbers of plain paragraphs that follow each other with nothing between them."""
    run: list[int] = []
    for number, block in enumerate(blocks):
        plain = number in indents and block.kind == "text" and not block.level
        if run and not (plain and block.gap == 0):
            yield run
            run = []
        if plain:
            run.append(number)
    if run:
        yield run


def _pasted_width(texts: Sequence[str]) -> int:
    """Return the cells of the widest line where most lines were broken since they were full, 0 where they were not."""
    broken = sorted(_width(text) for text in texts[:-1] if not ENDS.search(text))
    if len(broken) < FEWEST_PASTED or broken[-1] > WIDEST_PRINTED:
        return 0
    widest = broken[-1]
    full = sum(width >= NEARLY_FULL * widest for width in broken)
    if full < FEWEST_PASTED or full * 2 < len(texts) - 1 or max(map(_width, texts)) > WIDEST_PRINTED:
        return 0
    of_sentences = sum(bool(CLAUSE.search(text)) for text in texts) * 2 >= len(texts)
    ended = any(WITHIN.search(text) or (ENDS.search(text) and _width(text) < NEARLY_FULL * widest) for text in texts)
    return widest if of_sentences and ended else 0  # a list has lines as long as each other as well, and no sentence ends in one


def _is_full(text: str, widest: int) -> bool:
    """Whether a line of a pasted text was broken since it was full; one that ends a sentence must be fuller."""
    return _width(text) >= (FULL if ENDS.search(text) else NEARLY_FULL) * widest


def _is_cut(upper: str, lower: str) -> bool:
    """Whether a paragraph ends in mid-sentence, and is no heading, name or item by its length."""
    if ENDS.search(upper) or len(upper) < SHORTEST_CUT:
        return bool(GOES_ON.match(lower)) and not ENDS.search(upper)
    return bool(CLAUSE.search(upper) or GOES_ON.match(lower)) or (len(upper) >= LONG_CUT and bool(ENDS.search(lower)))


def _width(text: str) -> int:
    return 2 * len(text) - len(NARROW.findall(text))
