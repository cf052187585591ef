"""An article to what it is: news, an official notice, or the news of a picture, which several weak signs tell together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.document import Heading, Paragraph
from index.layout.line_kinds import NO_BEGINNING, NOTICE, PICTURE
from index.layout.lines import ends_sentence

KINDS = ("news", "notice", "photo-news")
TAKEN = re.compile(r"摄|供图|图[/／:：]|图片(?:由|为|来源|提供)")  # who took a picture
POINTS = re.compile(r"图为|如图|(?<![意地版])[上下左右]图")  # the text speaks of it
ALBUM = re.compile(r"图片(?:新闻|报道)|图说|光影|影像|镜头|[一组]图")  # a title for pictures
LONGEST = 400  # characters; the text below a picture is short
SHORT = 200


def kind(title: str | None, text: Sequence[Paragraph], heads: Sequence[Heading], gap: int) -> str:
    """Tell the kind of an article; *gap* counts the blank lines above it, which a picture leaves."""
    if title and NOTICE.search(title):
        return "notice"
    if len(text) != 1 or len(text[0].text) > LONGEST:
        return "news"
    told = text[0].text
    captions = [head.text for head in heads if head.role == "caption"]
    bylines = [head for head in heads if head.role == "byline"]
    credited = any(TAKEN.search(said) for said in (*captions, *(head.text for head in bylines), told[-20:]))
    pictured = credited or bool(captions) or gap >= PICTURE or bool(POINTS.search(told))
    above = [head for head in bylines if head.spans < text[0].spans and not TAKEN.search(head.text)]
    signs = (
        (2, not title),
        (2, credited),
        (2, POINTS.search(told)),
        (2, title and ALBUM.search(title)),
        (1, captions),
        (1, gap >= PICTURE),
        (1, len(told) <= SHORT),
        (1, not bylines),
        (-2, above),
        (-3, told[0] in NO_BEGINNING or not ends_sentence(told)),  # a piece of something longer
    )
    return "photo-news" if pictured and sum(points for points, sign in signs if sign) >= 4 else "news"
