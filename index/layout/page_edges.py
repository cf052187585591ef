"""Page edges: running heads and page numbers that only repetition, a sequence or a broken sentence shows to be furniture.

    …粪水由吸污车每月抽走，送到          a sentence breaks off
    — 2 —                               a page number by its own shape (see `furniture`)
    青田镇人民政府文件                    stands beside a page number, and the sentence goes on below: a running head
    果园还田，果农按车付费。              the rest of the sentence

A subhead may repeat as well (`一、基本情况` in two reports), so repetition alone never makes a line furniture: it must stand beside page
numbers, break a sentence, carry a number that counts pages, or say what the page's title says.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from index.document import Page
from index.layout.column_breaks import Join, log_odds
from index.layout.furniture import is_page_number
from index.layout.heading_words import NO_BEGINNING
from index.layout.line_shapes import ITEM, is_section_number
from index.layout.lines import Line
from index.text.punctuation import ends_sentence

LONGEST_HEAD = 60  # characters of a running head, set by hand
MOST_AT_AN_EDGE = 4  # lines at the edge of a page that are no page number, above and below the number together, set by hand
SHORTEST_BROKEN_LINE = 12  # characters of a line with which a page breaks off, set by hand: a shorter one is a heading
SHORTEST_PAGE = 100  # characters between two page numbers without marks, set by hand: closer numbers are those of a list or a table
SHORTEST_COUNTED_HEAD = 5  # characters of a running head beside its number, set by hand: `附件 1` and `Part 1` are headings
SHARED_WITH_TITLE = 8  # characters that a running head shares with the title of its page at least, set by hand
PUBLICATION = re.compile(  # the name of what the page belongs to; beside a page number it is a running head, even once
    r"[^，。：:]{2,24}(?:年鉴|公报|简报|通讯|文件|汇编|内部资料|白皮书|蓝皮书|学报|[月季周半双]刊|期刊|专刊|要报|专报|年报|会刊)"
    r"(?:\s*[（(][^，。]{1,12}[)）]|\s*[（(]?(?:\d{4}年)?\s*[第总]?\s*\d{1,4}\s*期[)）]?){0,2}"
)
MOST_OCCURRENCES = 50  # of a repeated line that are looked at for broken sentences, for speed
FEWEST_PAGES = 3  # occurrences of a line that show a running head without page numbers beside it
BESIDE_NUMBERS = 2  # occurrences beside page numbers that show a running head
CAN_BE_HEADS = ("text", "byline", "heading", "item", "front")  # kinds of lines, by their own shape, that may be running heads
PROSE = ("text", "item", "more")  # kinds of lines that a page may break off in
HEAD_ODDS = 2.0  # log-odds that a short line beside a page number is a running head, before the sentence around it is read, set by hand
LEAST_ODDS = -2.0  # log-odds from which on a sentence may go on below a running head, set by hand
NUMBER_ALONE = re.compile(r"\d{1,4}")
YEAR = re.compile(r"(?:19|20)\d\d年?")
DIGIT = re.compile(r"\d")
NUMBER_APART = re.compile(r"(?P<left>\d{1,4})[\s·•|｜—-]+(?=\D)|(?<=\D)[\s·•|｜—-]+(?P<right>\d{1,4})")
FEWEST_SECTIONS = 2
FIRST_SECTION = re.compile(r"0?1|\D+0?1|[壹一I]")


def with_furniture(page: Page, lines: Sequence[Line]) -> list[Line]:
    """Return *lines* with the kind `furniture` at the edges of the source's own pages; numbers that open sections become headings."""
    lines = list(lines)
    sections = _section_numbers(lines)
    found = {i for i, line in enumerate(lines) if line.kind == "furniture"}
    found |= {i for run in _counting_pages(page, lines, sections, found) for i in run}
    if not found and not _has_repeated_line(lines):
        return [replace(line, kind="heading") if i in sections else line for i, line in enumerate(lines)]
    found |= _repeated_heads(page, lines, found)
    found |= _heads_within_sentences(page, lines, found)
    found |= {i for i, line in enumerate(lines) if _names_publication(lines, i, found) and not line.level}
    return [
        replace(line, kind="furniture", level=0) if i in found else replace(line, kind="heading") if i in sections else line
        for i, line in enumerate(lines)
    ]


def without_furniture(lines: Sequence[Line]) -> list[Line]:
    """Return *lines* without furniture. A line below furniture counts as one below a blank line, since another page begins there."""
    kept: list[Line] = []
    above_is_furniture = False
    for line in lines:
        if line.kind == "furniture":
            above_is_furniture = True
            continue
        kept.append(replace(line, gap=1) if above_is_furniture and not line.gap else line)
        above_is_furniture = False
    return kept


def with_furniture_again(lines: Sequence[Line], all_lines: Sequence[Line]) -> list[Line]:
    """Return *lines* together with the furniture of *all_lines*, in the order of the page."""
    furniture = [line for line in all_lines if line.kind == "furniture"]
    return sorted((*lines, *furniture), key=lambda line: line.start) if furniture else list(lines)


def _section_numbers(lines: Sequence[Line]) -> set[int]:
    """Return the positions of numbers alone that open sections (`01`, `Part 2`, `2023`): they count up, each right above other words."""
    found: list[int] = []
    above_text = True  # no text is above
    for i, (line, following) in enumerate(pairwise(lines)):
        if line.kind in ("text", "heading") and is_section_number(line.text):
            opens = i == 0 or above_text or lines[i - 1].kind not in PROSE or ends_sentence(lines[i - 1].text)
            if opens and not line.level and following.kind in ("text", "heading", "item") and following.text[0] not in NO_BEGINNING:
                found.append(i)
        elif above_text and line.kind in PROSE and not line.level and not _is_short(line):
            above_text = False
    if not _open_sections(lines, found):
        return set()
    return {*found, *(i + 1 for i in found if all(_is_short(lines[j + 1]) for j in found))}


def _open_sections(lines: Sequence[Line], numbers: Sequence[int]) -> bool:
    """Whether the numbers alone at the positions *numbers* open sections.

    They do if they are years that rise, or count from one and are above headings or begin at the top.
    """
    texts = [lines[i].text for i in numbers]
    if len(numbers) < FEWEST_SECTIONS or any(all(map(_is_short, lines[a + 1 : b])) for a, b in pairwise(numbers)):
        return False  # the cells of a table are short
    if all(YEAR.match(text) for text in texts):
        return all(before < after for before, after in pairwise(texts))
    above_headings = all(_is_short(lines[i + 1]) or lines[i + 1].level for i in numbers)
    at_top = all(line.kind not in PROSE or line.level or _is_short(line) for line in lines[: numbers[0]])
    return bool(FIRST_SECTION.fullmatch(texts[0])) and (above_headings or at_top)


def _counting_pages(page: Page, lines: Sequence[Line], sections: set[int], found: set[int]) -> Iterator[list[int]]:
    """Yield runs of numbers alone that count pages: each is one more than the one above, with the text of a page between them."""
    run: list[int] = []
    for i, line in enumerate(lines):
        if i in sections or not NUMBER_ALONE.fullmatch(line.text) or line.level or line.kind != "text":
            continue
        if run and int(line.text) != int(lines[run[-1]].text) + 1:
            yield from _pages_counted(page, lines, run, found)
            run = []
        run.append(i)
    yield from _pages_counted(page, lines, run, found)


def _pages_counted(page: Page, lines: Sequence[Line], run: Sequence[int], found: set[int]) -> Iterator[list[int]]:
    """Yield *run* if its numbers are those of pages.

    One breaks a sentence, or all stand beside furniture, or there are three that stand apart and far from each other.
    """
    known = found.union(run)
    beside = len(run) > 1 and all(_stands_beside(i, found, lines) for i in run)
    if beside or any(_breaks_sentence(page, lines, known, i) or _heads_around(page, lines, known, i) for i in run[:MOST_OCCURRENCES]):
        yield list(run)
        return
    apart = all((lines[i].gap or i == 0) and (i + 1 == len(lines) or lines[i + 1].gap) for i in run)
    far = all(lines[b].start - lines[a].end >= SHORTEST_PAGE for a, b in pairwise(run))
    years = all(YEAR.fullmatch(lines[i].text) for i in run)
    if len(run) >= FEWEST_PAGES and apart and far and not years:
        yield list(run)


def _has_repeated_line(lines: Sequence[Line]) -> bool:
    short = [_key(line.text) for line in lines if len(line.text) <= LONGEST_HEAD and line.kind in CAN_BE_HEADS]
    return len(set(short)) < len(short)


def _key(text: str) -> str:
    """Return what two running heads have in common: their words without blanks, whatever the number of the page."""
    return "".join((NUMBER_APART.sub("#", text) if DIGIT.search(text) else text).split())


def _repeated_heads(page: Page, lines: Sequence[Line], found: set[int]) -> set[int]:
    """Return the positions of lines that repeat and are running heads for a reason besides."""
    groups: dict[str, list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        if i not in found and len(line.text) <= LONGEST_HEAD and line.kind in CAN_BE_HEADS:
            groups[_key(line.text)].append(i)
    title = _title(lines)
    heads: set[int] = set()
    beside = set(found)
    for _ in range(2):  # a head may stand beside another head that stands beside the number
        for key, group in groups.items():
            has_words = len(re.findall(r"[^\W\d_]", key)) > 1
            if len(group) > 1 and has_words and group[0] not in heads and _is_running(page, lines, group, beside, title):
                heads.update(group[1:] if _is_title_itself(lines, group[0], beside) else group)
        beside = found | heads
    return heads


def _is_running(page: Page, lines: Sequence[Line], group: Sequence[int], beside: set[int], title: str) -> bool:
    """Whether the lines at the positions of *group*, which say the same, are a running head."""
    text = lines[group[0]].text
    if any(below - above == 1 for above, below in pairwise(group)):
        return False  # a page has text between its edges
    at_numbers = sum(_stands_beside(i, beside, lines) for i in group)
    if at_numbers >= BESIDE_NUMBERS and at_numbers >= len(group) - 1 and (len(group) > 2 or not ITEM.match(text)):
        return True
    if ITEM.match(text) or ends_sentence(text) or any(lines[i].kind == "heading" for i in group):
        return False
    if any(lines[i].gap == 0 and i and i - 1 not in beside for i in group[1:]):
        return False  # it is a line of a block, such as the chorus of a song
    if len(group) >= FEWEST_PAGES and _counts_pages([lines[i].text for i in group]):
        return True
    says_title = len(title) >= SHARED_WITH_TITLE and _says(_key(text), title)
    if says_title and (len(group) >= FEWEST_PAGES or at_numbers):
        return True
    if any(lines[i].level for i in group):
        return False
    skipped = beside.union(group)
    broken = sum(_breaks_sentence(page, lines, skipped, i) for i in group[:MOST_OCCURRENCES])
    return broken > 0 and (len(group) >= FEWEST_PAGES or broken == len(group))


def _stands_beside(i: int, furniture: set[int], lines: Sequence[Line]) -> bool:
    """Whether line *i* is right above or below furniture."""
    return any(near in furniture and 0 <= near < len(lines) for near in (i - 1, i + 1))


def _counts_pages(texts: Sequence[str]) -> bool:
    """Whether the numbers set apart in *texts* rise by one or two from each to the next, and the words are no mere label."""
    numbers = [NUMBER_APART.search(text) for text in texts]
    if any(number is None for number in numbers) or len(NUMBER_APART.sub("", texts[0]).strip()) < SHORTEST_COUNTED_HEAD:
        return False
    counts = [int(number["left"] or number["right"]) for number in numbers if number]
    steps = {after - before for before, after in pairwise(counts)}
    return steps in ({1}, {2}) and not re.match(
        r"(?:附件|案例|图|表|第)|.{0,4}(?:[Pp]art|[Tt]able|[Ff]igure|[Cc]hapter|[Cc]ase)\b", texts[0]
    )


def _title(lines: Sequence[Line]) -> str:
    """Return the words of the page's title: its first line with the strongest marks, else its first line."""
    marked = [line for line in lines if line.level]
    strongest = min((line.level for line in marked), default=0)
    first = next((line for line in marked if line.level == strongest), lines[0] if lines else None)
    return _key(first.text) if first and len(first.text) <= LONGEST_HEAD else ""


def _says(head: str, title: str) -> bool:
    """Whether a running head says what the title says: one is in the other, or both end alike."""
    if head in title or title in head:
        return len(head) >= SHARED_WITH_TITLE
    shared = next(
        (size for size, (a, b) in enumerate(zip(reversed(head), reversed(title), strict=False)) if a != b), min(len(head), len(title))
    )
    return shared >= SHARED_WITH_TITLE and 2 * shared >= len(head)


def _is_title_itself(lines: Sequence[Line], first: int, furniture: set[int]) -> bool:
    """Whether the first of equal lines is the title above the text and not the running head of the first page."""
    above = [line for i, line in enumerate(lines[:first]) if i not in furniture]
    if any(line.kind in CAN_BE_HEADS for line in above):
        return False
    below = next((line for i, line in enumerate(lines[first + 1 :], first + 1) if i not in furniture), None)
    if below is None or lines[first].level:
        return True
    return not below.level and (below.kind != "text" or not _is_short(below))


def _is_short(line: Line) -> bool:
    return len(line.text) <= LONGEST_HEAD and line.kind in CAN_BE_HEADS and not ends_sentence(line.text)


def _breaks_sentence(page: Page, lines: Sequence[Line], skipped: set[int], i: int) -> bool:
    """Whether the text above the furniture around line *i* is half a sentence that the text below the furniture completes."""
    above = next((j for j in range(i - 1, max(-1, i - 1 - MOST_AT_AN_EDGE), -1) if j not in skipped), None)
    below = next((j for j in range(i + 1, min(len(lines), i + 1 + MOST_AT_AN_EDGE)) if j not in skipped), None)
    return above is not None and below is not None and _goes_on(page, lines[above], lines[below])


def _goes_on(page: Page, upper: Line, lower: Line) -> bool:
    if upper.kind not in PROSE or lower.kind not in ("text", "more") or upper.level or lower.level or lower.indent >= 2:
        return False
    if len(upper.text) < SHORTEST_BROKEN_LINE or ends_sentence(upper.text):
        return False
    if not (upper.is_chinese or lower.is_chinese):
        return lower.text[0].islower()
    return _odds(page, upper, lower) > LEAST_ODDS


def _odds(page: Page, upper: Line, lower: Line) -> float:
    return log_odds([Join(upper.text, lower.text, page.text, lower.start)])[0]


def _heads_within_sentences(page: Page, lines: Sequence[Line], found: set[int]) -> set[int]:
    """Return the positions of short lines beside a page number, where the sentence above them goes on below them rather than with them."""
    numbers = [i for i in sorted(found) if is_page_number(lines[i].text) or NUMBER_ALONE.fullmatch(lines[i].text)]
    return {i for number in numbers for i in _heads_around(page, lines, found, number)}


def _heads_around(page: Page, lines: Sequence[Line], found: set[int], number: int) -> list[int]:
    """Return the positions of the running heads around the page number at *number* that a sentence goes on past."""
    best: tuple[float, list[int]] = (0.0, [])
    for upper in _edge(lines, number, -1):
        for lower in _edge(lines, number, 1):
            between = [i for i in range(upper + 1, lower) if i not in found]
            if any(len(lines[i].text) > len(lines[upper].text) for i in between):
                continue  # a title is shorter than the text below it
            if between and len(between) <= MOST_AT_AN_EDGE and _goes_on(page, lines[upper], lines[lower]):
                chain = [lines[i] for i in (upper, *between, lower)]
                joins = pairwise(chain)
                gain = _odds(page, lines[upper], lines[lower]) + HEAD_ODDS - min(_odds(page, above, below) for above, below in joins)
                best = max(best, (gain, between))
    return best[1]


def _names_publication(lines: Sequence[Line], i: int, found: set[int]) -> bool:
    """Whether line *i* names a publication right beside a page number, below or above some text."""
    beside = [near for near in (i - 1, i + 1) if near in found and is_page_number(lines[near].text)]
    return bool(beside) and lines[i].kind in CAN_BE_HEADS and PUBLICATION.fullmatch(lines[i].text) is not None


def _edge(lines: Sequence[Line], number: int, step: int) -> list[int]:
    """Return the positions at which the text may go on above (*step* -1) or below (1) a page number: past short lines only."""
    positions = []
    i = number + step
    while 0 <= i < len(lines) and abs(i - number) <= MOST_AT_AN_EDGE:
        positions.append(i)
        if lines[i].kind != "furniture" and not (_is_short(lines[i]) and not ITEM.match(lines[i].text)):
            break
        i += step
    return positions
