"""The kind of an article: news, an official notice, or photo news, which several weak signs show together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.document import Heading, Paragraph
from index.layout.heading_words import NO_BEGINNING, NOTICE
from index.text.punctuation import ends_sentence

TAKEN_BY = re.compile(r"摄|供图|图[/／:：]|图片(?:由|为|来源|提供)")  # the maker of a picture
REFERENCE = re.compile(r"图为|如图|(?<![意地版])[上下左右]图")  # the text refers to a picture
ALBUM = re.compile(r"图片(?:新闻|报道)|图说|光影|影像|镜头|[一组]图")  # a title for pictures
PICTURE_GAP = 3  # blank lines in a row that a picture left, set by hand on the example pages
LONGEST_PHOTO_NEWS = 400  # characters of the text, set by hand
SHORT_PHOTO_NEWS = 200  # characters; a text as short is a sign, set by hand
CREDIT_TAIL = 20  # characters at the end of the text that may be a credit
ENOUGH_FOR_PHOTO_NEWS = 4  # points from which on an article is photo news; all points were set by hand on the example pages


def article_kind(title: str | None, text: Sequence[Paragraph], headings: Sequence[Heading], gap: int) -> str:
    """Return `news`, `notice` or `photo-news`; *gap* counts the blank lines above the article, which a picture may have left."""
    if title and NOTICE.search(title):
        return "notice"
    if len(text) != 1 or len(text[0].text) > LONGEST_PHOTO_NEWS:
        return "news"
    body = text[0].text
    captions = [heading.text for heading in headings if heading.role == "caption"]
    bylines = [heading for heading in headings if heading.role == "byline"]
    credited = any(TAKEN_BY.search(words) for words in (*captions, *(byline.text for byline in bylines), body[-CREDIT_TAIL:]))
    pictured = credited or bool(captions) or gap >= PICTURE_GAP or bool(REFERENCE.search(body))
    bylines_above = [byline for byline in bylines if byline.spans < text[0].spans and not TAKEN_BY.search(byline.text)]
    signs = (
        (2, not title),
        (2, credited),
        (2, REFERENCE.search(body)),
        (2, title and ALBUM.search(title)),
        (1, captions),
        (1, gap >= PICTURE_GAP),
        (1, len(body) <= SHORT_PHOTO_NEWS),
        (1, not bylines),
        (-2, bylines_above),
        (-3, body[0] in NO_BEGINNING or not ends_sentence(body)),  # a piece of something longer
    )
    return "photo-news" if pictured and sum(points for points, holds in signs if holds) >= ENOUGH_FOR_PHOTO_NEWS else "news"
