"""Sections: which articles the name of a column or an editor's lead covers."""

import pytest

from index.document import Page
from index.segmentation.articles import articles
from index.segmentation.sections import sections
from tests.segmentation.test_articles import BODY, MORE

HERE = "近日，杭州市上城区清波街道的志愿者来到社区，清波街道负责人说，今后还要来。"
AWAY = "近日，杭州市余杭区闲林街道的志愿者来到社区，闲林街道负责人说，今后还要来。"


def covers(*lines: str, markdown: bool = False) -> list[tuple[str | None, str | None]]:
    page = Page("a.txt", "\n".join(lines), "0" * 64, "utf-8", markdown)
    answer = articles(page)
    return [(article.title, section) for article, section in zip(answer, sections(page, answer), strict=True)]


def article(title: str, *texts: str) -> list[str]:
    return ["", title, "", "王鹏 黄智", *(line for text in texts for line in ("", text))]


def test_a_columns_name_covers_all_articles_below() -> None:
    assert covers("聚力破题 书发展答卷", *article("# 共商共议", HERE), *article("# 街事荟", AWAY)) == [
        ("共商共议", "聚力破题 书发展答卷"),
        ("街事荟", "聚力破题 书发展答卷"),
    ]


def test_a_place_covers_what_happens_there_and_no_notice() -> None:
    notice = ["", "# 停水公告", "", "因管道检修，今晚停水。"]
    assert covers("杭州·上城", *article("# 共商共议", HERE), *article("# 街事荟", AWAY), *article("# 善治", HERE)) == [
        ("共商共议", "杭州·上城"),
        ("街事荟", None),
        ("善治", None),
    ]
    assert covers("聚力破题 书发展答卷", *article("# 共商共议", HERE), *notice)[1] == ("停水公告", None)


def test_a_lead_covers_deeper_headings_until_one_is_as_strong() -> None:
    text = ["### 创新治理", "", MORE, "", "#### 星火家园", "", BODY + " (周静 严琰)", "", "#### 三方协同", "", BODY + " (任龙)"]
    assert covers(*text, "", "### 街事荟", "", BODY + " (周静)") == [
        ("星火家园", "创新治理"),
        ("三方协同", "创新治理"),
        ("街事荟", None),
    ]


def test_a_lead_without_a_name_is_named_by_its_words() -> None:
    lead = "今起，本报《今日》版面将常态化宣传该区组织工作的特色亮点，看上城如何以党建统领，打造高质量发展的样本，敬请关注。"
    assert covers(lead, *article("# 共商共议", HERE), *article("# 街事荟", AWAY)) == [("共商共议", lead), ("街事荟", lead)]


def test_another_section_takes_over_and_an_article_alone_has_none() -> None:
    text = [*article("# 共商共议", MORE), "", "西湖区", "", "聚力破题", *article("# 街事荟", MORE)[1:], *article("# 善治", MORE)]
    answer = covers("吴山区", *text)
    assert answer == [("共商共议", "吴山区"), ("街事荟", "西湖区"), ("善治", "西湖区")]
    assert covers(*article("# 共商共议", HERE)) == [("共商共议", None)]


def test_front_matter_and_rules_are_no_section() -> None:
    assert covers("---", "tags: [a]", "---", "", "# Parking", "", "Text here.", markdown=True) == [("Parking", None)]


@pytest.mark.parametrize(
    "line",
    [
        "2024年12月6日 星期五 责编：张三 版式：李四",
        "浙江日报 2024年12月6日 星期五 第5版",
        "# 05版 2024年12月6日 星期五",
        "责任编辑：张三 版式设计：李四",
        "编辑 王五 校对 赵六",
        "责编：张三",
    ],
)
def test_a_running_head_is_a_banner_and_names_no_section_and_no_author(line: str) -> None:
    page = Page("a.txt", "\n".join([line, *article("# 共商共议", HERE), "", line, *article("# 善治", MORE)]), "0" * 64, "utf-8")
    answer = articles(page)
    assert sections(page, answer) == [None, None]
    assert [(one.title, one.authors, len(one.paragraphs)) for one in answer] == [
        ("共商共议", ("王鹏", "黄智"), 1),
        ("善治", ("王鹏", "黄智"), 1),
    ]
    assert covers("要闻", "", line, *article("# 共商共议", HERE), *article("# 善治", MORE)) == [("共商共议", "要闻"), ("善治", "要闻")]
