"""A sidecar overrides what was read out of its page, and the text stays the page's own characters."""

import json
import os
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.corrections.apply import LINED
from index.corrections.apply import edited as edit
from index.corrections.sidecar import LISTED, read_articles, sidecar_of, skeleton, write_sidecar
from index.document import Article, Page
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.errors import BadInput
from index.files.discover import find
from index.files.reader import read
from index.indexing import IndexReport, build
from index.segmentation.articles import articles
from tests.conftest import SEEDS
from tests.segmentation.test_articles import PIECE, account
from tests.toy import ToyEncoder

TOY = ToyEncoder()
TEXT = (
    "# 小区充电难题\n\n张三 李四\n\n近日，东门社区在小区里建成了二十处集中充电点，居民都说好。\n\n"
    "社区与物业一起想办法，三个月里找到了二十处空地，\n\n这件事办得很快。\n\n"
    "# 河道里的垃圾\n\n王五\n\n河道里的垃圾由河长组织清理，每周一次，村民参加。 后来河水清了。\n\n村民在河边清理（图片由社区提供）\n"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    page = tmp_path / "报纸" / "一.txt"
    page.parent.mkdir()
    page.write_text(TEXT, "utf-8")
    return page


def page_of(path: Path) -> Page:
    page = read(path, path.name)
    assert isinstance(page, Page)
    return page


def written(path: Path, given: Any) -> None:
    sidecar_of(path).write_text(given if isinstance(given, str) else json.dumps(given, ensure_ascii=False), "utf-8")


def skeleton_of(path: Path) -> list[dict[str, Any]]:
    page = page_of(path)
    fields: list[dict[str, Any]] = json.loads(skeleton(page, articles(page)))
    return fields


def edited(path: Path, given: Any) -> list[Article]:
    """Read the page with the sidecar *given*; check that every paragraph is quoted exactly and that nothing is lost."""
    written(path, given)
    page = page_of(path)
    edited_articles = read_articles(page, path)
    account(page, edited_articles)
    return edited_articles


@pytest.mark.parametrize("seed", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name[:3])
def test_the_skeleton_of_a_page_read_back_gives_the_same_articles(seed: Path, tmp_path: Path) -> None:
    path = tmp_path / seed.name
    path.write_bytes(seed.read_bytes())
    page = page_of(path)
    assert write_sidecar(page, path)
    assert read_articles(page, path) == articles(page)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECE, max_size=60).map("".join), st.booleans(), st.randoms(use_true_random=False))
def test_no_edit_loses_or_doubles_a_character(text: str, markdown: bool, chance: Random) -> None:
    page = Page("a.txt", text, "0" * 64, "utf-8", markdown)
    read_out = articles(page)
    fields = json.loads(skeleton(page, read_out))
    assert (edit(page, fields, "a") if read_out else []) == read_out
    for article in fields:
        kept = {name: [part for part in article[name] if chance.random() < 0.6] for name in LISTED}
        for name in LISTED:  # some parts get another role
            article[name] = [part for part in kept[name] if chance.random() < 0.8]
            article[chance.choice(list(LISTED))] += [part for part in kept[name] if part not in article[name]]
        chance.shuffle(article["paragraphs"])
    chosen = [article for article in fields if chance.random() < 0.7]
    if chosen:
        account(page, edit(page, chosen, "a"))


def test_a_line_end_belongs_to_the_line_that_it_ends() -> None:
    page = Page("a.txt", "# \n# # \n# ", "0" * 64, "utf-8")
    read_out = articles(page)
    assert sorted(line for part in (*read_out[0].paragraphs, *read_out[0].headings) for line in part.lines) == [(1, 1), (2, 2), (3, 3)]
    assert edit(page, json.loads(skeleton(page, read_out)), "a") == read_out


def test_a_given_field_replaces_what_was_read(path: Path) -> None:
    first, second = edited(
        path, [{"title": "小区的充电难题", "kicker": "眉", "subtitle": "副", "authors": ["赵六"], "place": "东门", "kind": "notice"}, {}]
    )
    assert (first.title, first.kicker, first.subtitle, first.authors, first.place, first.kind) == (
        *("小区的充电难题", "眉", "副"),
        *(("赵六",), "东门", "notice"),
    )
    assert second == articles(page_of(path))[1]


def test_paragraphs_are_joined_split_ordered_and_dropped_by_their_lines(path: Path) -> None:
    page = page_of(path)
    before = articles(page)
    first, second = edited(
        path,
        [
            {"paragraphs": [{"lines": [[9, 9], [5, 5]]}]},
            {
                "paragraphs": [
                    {"lines": [[15, 15]], "text": "后来 河水清了。"},
                    {"lines": [[15, 15]], "text": "河道里的垃圾由河长组织清理，"},
                ]
            },
        ],
    )
    assert [paragraph.text for paragraph in first.paragraphs] == [
        "这件事办得很快。近日，东门社区在小区里建成了二十处集中充电点，居民都说好。"
    ]
    assert first.paragraphs[0].lines == ((5, 5), (9, 9))
    assert first.texts("banner") == ["社区与物业一起想办法，三个月里找到了二十处空地，"]
    assert [paragraph.text for paragraph in second.paragraphs] == ["后来河水清了。", "河道里的垃圾由河长组织清理，"]
    assert second.texts("banner") == ["每周一次，村民参加。"]
    assert (first.title, second.title) == (before[0].title, before[1].title)


def test_a_line_becomes_a_caption_a_subhead_a_section_or_a_banner(path: Path) -> None:
    fields = skeleton_of(path)
    assert [(part["lines"], part["begins"]) for part in fields[1]["captions"]] == [([[17, 17]], "村民在河边清理（图片由社")]
    fields[0]["paragraphs"] = [{"lines": [[5, 5]]}]
    fields[0]["subheads"] = [{"lines": [[9, 9]]}]
    fields[0]["captions"] = [{"lines": [[7, 7]]}]
    fields[1]["sections"], fields[1]["captions"] = fields[1]["captions"], []
    first, second = edited(path, fields)
    assert [(head.role, head.lines) for head in first.headings] == [
        *(("title", ((1, 1),)), ("byline", ((3, 3),))),
        *(("caption", ((7, 7),)), ("subhead", ((9, 9),))),
    ]
    assert second.texts("section") == ["村民在河边清理（图片由社区提供）"]
    fields[1]["sections"] = []
    assert edited(path, fields)[1].texts("banner") == ["村民在河边清理（图片由社区提供）"]
    fields[1]["paragraphs"].append({"lines": [[17, 17]]})
    assert [part.text for part in edited(path, fields)[1].paragraphs][1:] == ["村民在河边清理（图片由社区提供）"]


@pytest.mark.parametrize("seed", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name[:3])
def test_a_sidecar_without_headings_keeps_those_that_were_read(seed: Path) -> None:
    page = read(seed, seed.name)
    assert isinstance(page, Page)
    read_out = articles(page)
    fields = json.loads(skeleton(page, read_out))
    assert edit(page, [{name: value for name, value in article.items() if name not in LINED} for article in fields], "a") == read_out


def test_a_caption_goes_to_the_article_that_names_it(path: Path) -> None:
    first, second = edited(path, [{"captions": [{"lines": [[17, 17]]}]}, {}])
    assert (first.texts("caption"), second.texts("caption")) == (["村民在河边清理（图片由社区提供）"], [])


def test_two_articles_can_be_joined_and_one_can_be_split(path: Path) -> None:
    (one,) = edited(path, [{"paragraphs": [{"lines": [[5, 5]]}, {"lines": [[7, 9]]}, {"lines": [[15, 15]]}]}])
    assert (one.title, one.authors) == ("小区充电难题", ("张三", "李四"))
    assert "河道里的垃圾" in one.texts("banner")
    halves = edited(path, [{"paragraphs": [{"lines": [[5, 5]]}]}, {"title": "这件事办得很快。", "paragraphs": [{"lines": [[7, 7]]}]}])
    assert [half.title for half in halves] == ["小区充电难题", "这件事办得很快。"]
    assert halves[1].texts("title") == ["这件事办得很快。"]


def test_the_old_title_becomes_a_banner_if_the_title_is_null(path: Path) -> None:
    first, _ = edited(path, [{"title": None}, {}])
    assert (first.title, first.texts("title"), first.texts("banner")) == (None, [], ["小区充电难题"])


def test_a_sidecar_may_be_in_any_encoding_of_an_editor_on_windows(path: Path) -> None:
    fields = json.dumps([{"title": "充电"}, {}], ensure_ascii=False)
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        sidecar_of(path).write_bytes(fields.encode(encoding))
        assert read_articles(page_of(path), path)[0].title == "充电"


@pytest.mark.parametrize(
    ("sidecar", "message"),
    [
        ("[{", r"一.txt.articles.json: no JSON at line 1, column 3 .*; correct it, or remove the file"),
        ("", "no JSON at line 1"),
        ("[" * 100_000, "must be a list of articles"),
        ("{}", "must be a list of articles"),
        ("[]", "must be a list of articles"),
        ("[1]", r"一.txt.articles.json, article 1: must be an object"),
        ([{}, {"tilte": "x"}], r'article 2: nothing is called "tilte"; there are title, kicker'),
        ([{"title": 3}], 'article 1: "title" must be text'),
        ('[{"title": "\\ud800"}]', 'article 1: "title" must be text'),
        ([{"title": ""}], '"title" must be text'),
        ([{"kind": None}], '"kind" must be text'),
        ([{"authors": "张三"}], '"authors" must be a list of names'),
        ([{"paragraphs": ["近日"]}], '"paragraphs" must be a list of objects'),
        ([{"paragraphs": [{"line": [[5, 5]]}]}], 'article 1, paragraph 1: nothing is called "line"'),
        ([{"paragraphs": [{"lines": [[5, 5]], "text": 5}]}], '"begins" must be text, and "text" text or a list of its pieces'),
        ([{"paragraphs": [{"lines": [5, 5]}]}], r'"lines" must be pairs of first and last line, such as \[\[21, 25\]\]'),
        ([{"paragraphs": [{}]}], '"lines" must be pairs'),
        ([{"paragraphs": [{"lines": [[True, 5]]}]}], '"lines" must be pairs'),
        ([{"paragraphs": [{"lines": [[9, 400]]}]}], "there are no lines 9-400 in 一.txt, which has lines 1 to 17; correct them"),
        ([{"paragraphs": [{"lines": [[9, 5]]}]}], "there are no lines 9-5"),
        ([{"paragraphs": [{"lines": [[0, 5]]}]}], "there are no lines 0-5"),
        ([{"paragraphs": [{"lines": [[6, 6]]}]}], "nothing stands in line 6 of 一.txt"),
        ([{"paragraphs": [{"lines": [[5, 5]], "text": "改过的字"}]}], "its text does not stand in line 5 of 一.txt; copy it from there"),
        ([{"paragraphs": [{"lines": [[5, 5]], "text": ""}]}], "its text does not stand"),
        (
            [{"paragraphs": [{"lines": [[5, 5]], "begins": "社区"}]}],
            'what stands in line 5 of 一.txt begins with 近日，东门社, not with 社区; correct the lines, or leave "begins"',
        ),
        (
            [{"paragraphs": [{"lines": [[5, 5]]}, {"lines": [[5, 7]]}]}],
            "article 1, paragraph 2: line 5 is in another paragraph or head as well",
        ),
        ([{}, {}, {}], 'article 3: 一.txt was read as 2 articles, so this one needs "paragraphs"'),
    ],
)
def test_a_sidecar_that_cannot_be_followed_is_an_error_of_one_line(path: Path, sidecar: Any, message: str) -> None:
    written(path, sidecar)
    with pytest.raises(BadInput, match=message) as raised:
        read_articles(page_of(path), path)
    assert "\n" not in str(raised.value)


def test_a_page_that_changed_after_its_sidecar_was_written_is_noticed(path: Path) -> None:
    write_sidecar(page_of(path), path)
    path.write_text("新的一行，比别的行长一些，讲的是食堂。\n\n" + TEXT, "utf-8")
    with pytest.raises(BadInput, match=r"article 1, paragraph 1: what stands in line 5 of 一\.txt begins with 张三"):
        read_articles(page_of(path), path)


def test_a_sidecar_is_never_overwritten(path: Path) -> None:
    written(path, [{}])
    assert not write_sidecar(page_of(path), path)
    assert sidecar_of(path).read_text("utf-8") == "[{}]"


def test_a_sidecar_is_no_page_and_naming_it_names_its_page(path: Path) -> None:
    written(path, [{}])
    (path.parent / "孤.txt.articles.json").write_text("[]", "utf-8")
    assert [file.source for file in find([path.parent])] == ["一.txt", "孤.txt.articles.json"]  # the second is named, since it has no page
    assert [file.source for file in find([sidecar_of(path), path])] == ["一.txt"]


def test_a_folder_with_the_name_of_a_sidecar_is_read(path: Path) -> None:
    sidecar_of(path).mkdir()
    (sidecar_of(path) / "二.txt").write_text(TEXT, "utf-8")
    assert [file.source for file in find([path.parent])] == ["一.txt", "一.txt.articles.json/二.txt"]
    with pytest.raises(BadInput, match=r"一\.txt\.articles\.json: .*; make it readable, or remove it"):
        read_articles(page_of(path), path)


def run(folder: Path, path: Path) -> IndexReport:
    with open_index(folder, create=model_of(TOY)) as index:
        return build([path.parent], index, TOY)


def ids(folder: Path) -> dict[str, str]:
    with open_index(folder) as index:
        assert index.check() == []
        return {passage.text: passage.citation.id for _, passage in index.every_passage()}


def titles(folder: Path) -> set[str | None]:
    with open_index(folder) as index:
        return {passage.citation.article for _, passage in index.every_passage()}


def test_a_new_a_changed_and_a_removed_sidecar_change_the_index(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ix"
    assert run(folder, path) == IndexReport(added=1, passages=4)
    before = ids(folder)
    fields = skeleton_of(path)
    fields[0]["title"] = "充电"
    written(path, fields)
    assert run(folder, path).changed == 1
    assert ids(folder).keys() == {*before, "小区充电难题"}  # the printed title is found although the article is called otherwise
    assert before.items() <= ids(folder).items()
    assert titles(folder) == {"充电", "河道里的垃圾"}
    assert run(folder, path) == IndexReport(unchanged=1)
    fields[0]["paragraphs"] = fields[0]["paragraphs"][:1]
    written(path, fields)
    assert run(folder, path).changed == 1
    after = ids(folder)
    assert after == {text: before.get(text, after["小区充电难题"]) for text in after}  # paragraphs that did not change keep their ids
    os.utime(path, (1, 1))
    assert run(folder, path) == IndexReport(unchanged=1)
    sidecar_of(path).unlink()
    assert run(folder, path).changed == 1
    assert ids(folder) == before
    with open_index(folder) as index:
        assert index.sources()["报纸/一.txt"].sha256 == page_of(path).sha256


def test_a_sidecar_that_cannot_be_followed_skips_its_page_and_loses_nothing(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ix"
    run(folder, path)
    before = ids(folder)
    written(path, "[{")
    for _ in range(2):
        report = run(folder, path)
        assert (report.removed, report.changed, report.unchanged) == (0, 0, 0)
        ((source, reason, _),) = report.skipped
        assert source == "报纸/一.txt"
        assert "一.txt.articles.json: no JSON at line 1" in reason
        assert ids(folder) == before
    written(path, [{}, {"title": "河道"}])
    assert run(folder, path).changed == 1
    assert titles(folder) == {"小区充电难题", "河道"}


def test_parts_of_a_long_paragraph_in_another_order_cite_their_own_lines(tmp_path: Path) -> None:
    from index.passages import passages_of

    path = tmp_path / "长.txt"
    lines = [f"第{i}行讲的是食堂怎样给老人送饭上门，" + "每天都送，风雨无阻，大家都说好。" * 20 for i in range(1, 4)]
    path.write_text("\n\n".join(lines) + "\n", "utf-8")
    (article,) = edited(path, [{"title": "送饭", "paragraphs": [{"lines": [[5, 5], [1, 3]]}]}])
    page = page_of(path)
    cited = [passage.citation.lines for passage in passages_of(page, [article])]
    assert cited[0] == ((5, 5),)
    assert cited[-1] == ((3, 3),)


def test_a_sidecar_that_cannot_be_written_is_an_error_and_leaves_no_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("index.corrections.sidecar.skeleton", full)
    with pytest.raises(BadInput, match="no space left on device; nothing was written"):
        write_sidecar(page_of(path), path)
    assert not sidecar_of(path).exists()
