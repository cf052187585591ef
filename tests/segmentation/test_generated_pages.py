"""Generated pages: no character is lost on any of them, and an undamaged page is read as it was written."""

import time
from pathlib import Path

import pytest

from index.document import Article, Page, lines_of, quote
from index.files.reader import read
from index.segmentation.articles import articles
from tests.generated.pages import PROFILES, page
from tests.segmentation.test_articles import account

SEEDS = range(6)
# Profiles without losses or displaced text.
SOUND = (
    "clean",
    "marked",
    "bare",
    "subheads",
    "banners",
    "closing",
    "section",
    "notice",
)


def read_text(text: str) -> list[Article]:
    return articles(Page("a.txt", text, "0" * 64, "utf-8"))


def content(article: Article) -> tuple[object, ...]:
    return article.title, article.authors, [paragraph.text for paragraph in article.paragraphs]


@pytest.mark.parametrize("profile", PROFILES)
def test_no_character_is_lost_or_doubled_and_all_lines_are_right(profile: str) -> None:
    for seed in SEEDS:
        text, _ = page(profile, seed)
        answer = read_text(text)
        account(Page("a.txt", text, "0" * 64, "utf-8"), answer)
        for one in answer:
            for part in (*one.paragraphs, *one.headings):
                assert part.text == quote(text, part.spans)
                assert part.lines == lines_of(text, part.spans)


@pytest.mark.parametrize("profile", ("clean", "marked", "bare", "wrapped", "bare wrapped", "banners"))
def test_a_sound_page_is_read_as_it_was_written(profile: str) -> None:
    for seed in SEEDS:
        text, gold = page(profile, seed)
        answer = read_text(text)
        written = [(one["title"], tuple(one["authors"]), [part["text"] for part in one["paragraphs"]]) for one in gold["articles"]]
        assert [content(one) for one in answer] == written
        for one, golden in zip(answer, gold["articles"], strict=True):
            cited = [sorted({n for a, b in part.lines for n in range(a, b + 1) if text.split("\n")[n - 1]}) for part in one.paragraphs]
            assert cited == [part["source_lines"] for part in golden["paragraphs"]]
            assert (one.kicker, one.subtitle) == (golden["kicker"], golden["subtitle"])


@pytest.mark.parametrize(
    "profile", ("subheads", "closing", "bare closing", "run together", "section", "notice", "photo", "spaced", "captions")
)
def test_titles_and_authors_of_a_page_with_columns_are_those_that_were_written(profile: str) -> None:
    for seed in SEEDS:
        text, gold = page(profile, seed)
        assert [(one.title, one.authors) for one in read_text(text)] == [(one["title"], tuple(one["authors"])) for one in gold["articles"]]


@pytest.mark.parametrize("profile", SOUND)
def test_a_reading_that_is_written_out_plainly_is_read_the_same_again(profile: str) -> None:
    for seed in SEEDS:
        once = [one for one in read_text(page(profile, seed)[0]) if one.title]
        plain = [[f"# {one.title}", " ".join(one.authors), *(part.text for part in one.paragraphs)] for one in once]
        again = read_text("\n\n".join(part for parts in plain for part in parts if part))
        assert [content(one) for one in again] == [content(one) for one in once]


@pytest.mark.parametrize("profile", PROFILES)
def test_line_ends_and_encodings_make_no_difference(profile: str, tmp_path: Path) -> None:
    text, _ = page(profile, 0)
    readings = []
    for name, content in (("a", text.encode()), ("b", text.replace("\n", "\r\n").encode()), ("c", text.encode("gb18030"))):
        path = tmp_path / name
        path.write_bytes(content)
        decoded = read(path, "a.txt")
        assert isinstance(decoded, Page) and (decoded.text == text or decoded.blocks)
        readings.append(articles(decoded))
    assert readings[0] == readings[1] == readings[2]


def test_a_page_is_the_same_for_the_same_seed() -> None:
    assert [page(profile, 1) for profile in PROFILES] == [page(profile, 1) for profile in PROFILES]
    assert page("clean", 1) != page("clean", 2)


def test_a_page_of_a_million_characters_is_read_in_seconds() -> None:
    unfinished = "\n\n".join(["社区居民治理服务街道工作" * 4] * 10_000)
    full = "\n".join(["社区居民治理服务街道工作" * 2 + "。", "近日很好。"] * 10_000)
    start = time.perf_counter()
    assert [len(one.paragraphs) for one in read_text(unfinished)] == [1]
    assert len(read_text(full)[0].paragraphs) > 5_000
    assert time.perf_counter() - start < 20  # two on a laptop: no question about one line may look at all lines
