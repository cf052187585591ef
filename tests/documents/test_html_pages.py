"""Pages of HTML: each visible character keeps its line and its offset in the file, and what stands around an article is furniture."""

from collections import Counter
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.document import Article, Page, quote
from index.documents.html_pages import blocks_of, is_html
from index.files.content import Skipped
from index.files.reader import read
from index.segmentation.articles import articles

PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>老街夜市划线摆摊_河口新闻网</title>
<style>p { color: red }</style><script>if (a < b) document.write("<p>脚本</p>");</script></head>
<body><!-- <p>注释</p> -->
<nav><a href="/">首页</a> <a href="/n">要闻</a></nav>
<div class="title">老街夜市划线摆摊</div>
<p>来源：河口新闻网&nbsp;&nbsp;时间：2023-08-01 09:30</p>
<p>&emsp;&emsp;今年五月起，河口老街给夜市划了<b>六十</b>个摊位，每个宽
一米五，过线的当场收走桌椅。</p><p>摊主&ldquo;不再抢地盘&rdquo;，A&amp;B两家店带头签了约。</p>
<img src="a.jpg" alt="城管队员在划线">
<ul><li>六点出摊</li><li>十一点<i>收摊</i></li></ul>
<table><tr><th>街</th><th>摊位</th></tr>
<tr><td>东街</td><td>20</td></tr></table>
<div class="footer">版权所有 &copy; 河口新闻网</div></body></html>
"""


def opened(text: str, name: str, folder: Path) -> tuple[Page, list[Article]]:
    path = folder / name
    path.write_bytes(text.encode())
    page = read(path, name)
    assert isinstance(page, Page)
    answer = articles(page)
    used: Counter[int] = Counter()
    for part in (part for article in answer for part in (*article.paragraphs, *article.headings)):
        assert part.text == quote(page.text, part.spans)
        used.update(i for start, end in part.spans for i in range(start, end))
    assert [i for i, character in enumerate(page.text) if used[i] > 1 or (used[i] == 0 and not character.isspace())] == []
    return page, answer


@pytest.mark.parametrize("name", ["a.html", "a.HTM", "a.txt", "a.md"])
def test_a_page_of_html_is_read_as_one_whatever_it_is_called(name: str, tmp_path: Path) -> None:
    page, (one,) = opened(PAGE, name, tmp_path)
    assert (one.title, one.texts("byline"), one.texts("caption")) == (
        "老街夜市划线摆摊",
        ["来源：河口新闻网\xa0时间：2023-08-01 09:30"],
        ["城管队员在划线"],
    )
    assert [(paragraph.text, paragraph.lines) for paragraph in one.paragraphs] == [
        ("今年五月起，河口老街给夜市划了六十个摊位，每个宽一米五，过线的当场收走桌椅。", ((8, 9),)),
        ("摊主“不再抢地盘”，A&B两家店带头签了约。", ((9, 9),)),
        ("六点出摊", ((11, 11),)),
        ("十一点收摊", ((11, 11),)),
        ("街\t摊位", ((12, 12),)),
        ("东街\t20", ((13, 13),)),
    ]
    assert one.texts("banner") == ["老街夜市划线摆摊_河口新闻网", "首页 要闻", "版权所有 © 河口新闻网"]
    assert (len(page.text), page.text.count("\n"), page.markdown) == (len(PAGE), PAGE.count("\n"), False)


def test_each_visible_character_stands_where_it_stands_in_the_file(tmp_path: Path) -> None:
    page, _ = opened(PAGE, "a.html", tmp_path)
    for i, character in enumerate(page.text):
        assert character.isspace() or PAGE[i] == character or (PAGE[i] == "&" and unescape(PAGE[i : i + 8])[0] == character)


def test_a_page_in_one_line_keeps_its_blocks_apart(tmp_path: Path) -> None:
    text = "<html><head><title>Parking at night | Harbour Times</title></head><body><header><h1>Harbour Times</h1></header><article>"
    text += "<h2>Parking at night</h2><p>By Jane Doe</p><p>The town <em>opened</em> 420 spaces; un<b>do</b>ing a rule.</p>"
    text += "<p>Fines fell by 60&nbsp;per cent.<br>Nobody complained.</p></article><aside>Subscribe now</aside></body></html>"
    _, (one,) = opened(text, "a.html", tmp_path)
    assert (one.title, one.authors) == ("Parking at night", ("Jane Doe",))
    assert [paragraph.text for paragraph in one.paragraphs] == [
        "The town opened 420 spaces; undoing a rule.",
        "Fines fell by 60\xa0per cent.",
        "Nobody complained.",
    ]
    assert one.texts("banner") == ["Parking at night | Harbour Times", "Harbour Times", "Subscribe now"]


@pytest.mark.parametrize("body", ["<h1>{}</h1>", "<h3>{}</h3>", '<div class="t"><a href="#">{}</a></div>', "<p><b>{}</b></p>", ""])
def test_the_title_is_the_heading_or_the_line_that_says_what_the_title_element_says(body: str, tmp_path: Path) -> None:
    head = "<html><head><title>老街夜市划线摆摊 - 河口新闻网</title></head><body>"
    _, (one,) = opened(f"{head}{body.format('老街夜市划线摆摊')}\n<p>河口老街给夜市划了线，过线的收走桌椅。</p>", "a.html", tmp_path)
    assert (one.title, [paragraph.text for paragraph in one.paragraphs]) == ("老街夜市划线摆摊", ["河口老街给夜市划了线，过线的收走桌椅。"])


def test_tables_that_arrange_a_page_are_read_through(tmp_path: Path) -> None:
    text = "<html><body><table><tr><td><h1>老街夜市划线摆摊</h1></td></tr><tr><td><table><tr><td>河口老街给夜市划了线。</td></tr>"
    text += "<tr><td><table><tr><td>街</td><td></td><td>摊位</td></tr><tr><td><p>东街</p></td><td>东段</td><td>20</td></tr></table>"
    _, (one,) = opened(f"{text}</td></tr></table></td></tr></table></body></html>", "a.html", tmp_path)
    assert (one.title, [paragraph.text for paragraph in one.paragraphs]) == (
        "老街夜市划线摆摊",
        ["河口老街给夜市划了线。", "街\t\t摊位", "东街\t东段\t20"],
    )


def test_preformatted_text_is_read_as_the_lines_of_a_text_file(tmp_path: Path) -> None:
    text = "老街夜市划线摆摊\n\n王鹏 黄智\n\n河口老街给夜市划了线，过线的当场收走桌\n\n椅，居民都说好。\n"
    _, (one,) = opened(f"<html><body><pre>{text}</pre></body></html>", "a.txt", tmp_path)
    assert (one.title, one.authors) == ("老街夜市划线摆摊", ("王鹏", "黄智"))
    assert [(paragraph.text, paragraph.lines) for paragraph in one.paragraphs] == [
        ("河口老街给夜市划了线，过线的当场收走桌椅，居民都说好。", ((5, 7),))
    ]


def test_links_that_only_lead_to_other_pages_are_furniture_and_an_annex_is_not(tmp_path: Path) -> None:
    text = "<html><body><h1>老街夜市划线摆摊</h1><p>河口老街给夜市划了线。</p><p><a href=a>附件：摊位图.doc</a></p>"
    _, (one,) = opened(text + "<ul><li><a href=1>河口镇换新灯</a></li><li><a href=2>河口镇修新路</a></li></ul>", "a.html", tmp_path)
    assert [paragraph.text for paragraph in one.paragraphs] == ["河口老街给夜市划了线。", "附件：摊位图.doc"]
    assert one.texts("banner") == ["河口镇换新灯", "河口镇修新路"]


def test_names_that_call_the_whole_page_furniture_mean_something_else(tmp_path: Path) -> None:
    text = '<html><body><div class="menu-wrapper share"><h1>老街夜市划线摆摊</h1><p>河口老街给夜市划了线。</p></div></body></html>'
    _, (one,) = opened(text, "a.html", tmp_path)
    assert (one.title, len(one.paragraphs)) == ("老街夜市划线摆摊", 1)


def test_a_page_without_text_and_a_web_archive_are_skipped_with_the_reason(tmp_path: Path) -> None:
    for content, reason in (
        ("<html><head><script src=a.js></script></head><body><div id=app></div></body></html>", "no text: a web page"),
        ("MIME-Version: 1.0\nContent-Type: multipart/related\n\n<html>", "not text: a web archive"),
    ):
        (tmp_path / "a.html").write_text(content, "utf-8")
        page = read(tmp_path / "a.html", "a.html")
        assert isinstance(page, Skipped) and page.reason.startswith(reason)


def test_a_text_with_a_few_tags_is_no_page_of_html() -> None:
    assert not is_html('<div align="center">\n\n# 标题\n\n</div>\n') and not is_html("本文讲 <html> 标签。") and not is_html("")
    assert is_html("\n<?xml version='1.0'?>\n<!-- a -->\n<!doctype HTML PUBLIC>") and is_html("<HTML lang=zh>")


TAGS = "<p> </p> <br> <b> </b> <table> <tr> <td> </table> <li> <pre> </pre> <h1> <title> </title> <nav> </nav> <script> </script> <a> </a>"
OTHERS = "<!-- --> &amp; &nbsp; &#8220; & < > </ <head> <svg> </svg> <![endif]> </div> 甲 。 a"
PIECES = st.sampled_from([*TAGS.split(), *OTHERS.split(), "<img alt='甲乙'>", "<div class=footer>", "a b", " ", "\n", "\t"])


@given(st.lists(PIECES, max_size=40).map("".join))
def test_no_visible_character_of_any_page_is_lost_or_doubled(text: str) -> None:
    shown, blocks = blocks_of(text)
    spans = [span for block in blocks for span in block.spans]
    used = Counter(i for start, end in spans for i in range(start, end))
    assert (len(shown), spans) == (len(text), sorted(spans))
    assert [i for i, character in enumerate(shown) if used[i] > 1 or (not used[i] and not character.isspace())] == []
    if blocks:
        answer = articles(Page("a.html", shown, "", "utf-8", blocks=blocks))
        parts = [part for one in answer for part in (*one.paragraphs, *one.headings)]
        used = Counter(i for part in parts for start, end in part.spans for i in range(start, end))
        assert [i for i, character in enumerate(shown) if used[i] > 1 or (not used[i] and not character.isspace())] == []
