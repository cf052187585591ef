"""Name the authors of an article: bylines and first paragraph in, names out; `本报讯（记者…）` is read where no byline has a name.

`index/layout/line_kinds.py` decides which lines are bylines, `index/text/person_names.py` which words are names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.text.person_names import byline_names, labelled_authors

REPORTED_BY = re.compile(r"本报(?:[^\s(（]{0,6})?讯\s*[(（]([^()（）]{2,60})[)）]")


def authors(bylines: Sequence[str], first_paragraph: str) -> tuple[str, ...]:
    """Return the names in *bylines*; where there is none, those in the brackets with which *first_paragraph* begins.

    >>> authors(["(周静 严琰)"], ""), authors([], "本报讯（记者 张三）近日，社区开会。")
    (('周静', '严琰'), ('张三',))
    """
    bare = [byline.strip("()（）[]【】 \u3000") for byline in bylines]
    names = [name for byline in bare for name in byline_names(byline) or labelled_authors(byline)]
    reported = None if names else REPORTED_BY.match(first_paragraph)
    return tuple(dict.fromkeys(byline_names(reported[1]) if reported else names))
