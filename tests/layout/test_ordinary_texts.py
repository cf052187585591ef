"""Texts that are no newspaper pages: Markdown in several styles, reports, questions and answers, web pages."""

from pathlib import Path

import pytest

from index.document import Article, Page
from index.files.reader import read
from index.segmentation.articles import articles
from tests.segmentation.test_articles import account


def parse(text: str, markdown: bool = True) -> list[Article]:
    page = Page("a.md" if markdown else "a.txt", text, "0" * 64, "utf-8", markdown)
    answer = articles(page)
    account(page, answer)
    return answer


def texts(article: Article) -> list[str]:
    return [paragraph.text for paragraph in article.paragraphs]


REPORT = "今年以来，城西街道全面整治楼道充电，建成集中充电点三十处。"


@pytest.mark.parametrize(
    ("front", "authors"),
    [
        ("author: 张三, 李四", ("张三", "李四")),
        ("authors: [张三, 李四]", ("张三", "李四")),
        ("author:\n  - 张三\n  - 李四", ("张三", "李四")),
        ('author: "Jane Doe, John Roe"', ("Jane Doe", "John Roe")),
        ("作者：任龙汪靖福", ("任龙", "汪靖福")),
        ("date: 2024-05-06", ()),
    ],
)
def test_front_matter_names_title_and_authors_where_the_text_does_not(front: str, authors: tuple[str, ...]) -> None:
    (one,) = parse(f'---\ntitle: "楼道充电治理：一个样本"\n{front}\n---\n## 一、做法\n\n{REPORT}\n\n## 二、成效\n\n火灾警情下降五成。\n')
    assert (one.title, one.authors, one.texts("subhead")) == ("楼道充电治理：一个样本", authors, ["一、做法", "二、成效"])
    assert one.texts("banner")[0].startswith("--- title:")
    (two,) = parse(f"---\ntitle: 别的题目\n{front}\n---\n# 楼道充电\n\n王五\n\n{REPORT}\n")
    assert (two.title, two.authors) == ("楼道充电", ("王五",))


def test_an_outline_below_one_title_is_one_article() -> None:
    text = "# 年度汇编\n\n## 停车治理\n\n夜间开放车位三百个。\n\n## 充电治理\n\n建成充电点三十处。\n\n## 垃圾分类\n\n参与率达到九成。\n"
    (one,) = parse(text)
    assert (one.title, one.texts("subhead"), len(one.paragraphs)) == ("年度汇编", ["停车治理", "充电治理", "垃圾分类"], 3)


def test_titles_of_one_level_are_articles() -> None:
    answer = parse(f"# 共商共议\n\n作者：张三\n\n{REPORT}\n\n# 河长治水\n\n作者：李四\n\n河里的水清了。\n")
    assert [(one.title, one.authors) for one in answer] == [("共商共议", ("张三",)), ("河长治水", ("李四",))]


def test_underlined_lines_are_headings() -> None:
    (one,) = parse(f"老旧小区改造\n============\n\n主要做法\n--------\n\n{REPORT}\n\n还有一段，讲完了。\n---\n再说一段。\n")
    assert (one.title, one.texts("subhead")) == ("老旧小区改造", ["主要做法"])
    assert texts(one) == [REPORT, "还有一段，讲完了。", "再说一段。"]


def test_bold_lines_are_headings_and_their_marks_are_not_the_text() -> None:
    (one,) = parse(f"**一张清单管到底**\n\n**张三 李四**\n\n{REPORT}\n\n**（一）清单怎么来**\n\n**这一段很重要。**\n\n另有**一处**着重。\n")
    assert (one.title, one.authors, one.texts("subhead")) == ("一张清单管到底", ("张三", "李四"), ["（一）清单怎么来"])
    assert texts(one) == [REPORT, "**这一段很重要。**", "另有**一处**着重。"]


def test_a_list_item_continues_in_its_indented_lines() -> None:
    (one,) = parse("# 做法\n\n- 划线，增加车位\n  并设通道；\n  再装充电桩。\n- 引入物业。\n\n1. 先自治\n   后法治\n2. 再德治\n\n完了。\n")
    assert texts(one) == ["- 划线，增加车位并设通道；再装充电桩。", "- 引入物业。", "1.先自治后法治", "2.再德治", "完了。"]


def test_pictures_are_captions_and_tags_and_rules_are_no_text() -> None:
    text = f'# 标题在此\n\n<div align="center">\n\n![现场](a.png)\n\n</div>\n\n{REPORT}\n\n'
    text += "| 类别 | 白天 |\n|:--|--:|\n| 业主 | 免费 |\n\n---\n\n见 <https://a.cn>。\n"
    (one,) = parse(text)
    assert (one.title, one.subtitle, one.texts("caption")) == ("标题在此", None, ["现场"])
    assert (one.texts("columns"), texts(one)) == (["| 类别 | 白天 |"], [REPORT, "| 业主 | 免费 |", "见 <https://a.cn>。"])
    assert one.texts("section") == []


def test_a_report_has_its_title_above_its_office_and_its_first_chapter() -> None:
    text = "关于电动自行车停放管理的调研报告\n\n上城区城市管理局\n\n2024年3月15日\n\n"
    text += "一、基本情况\n\n全区共有三十二万辆。\n\n二、存在问题\n\n停放空间不足。\n"
    (one,) = parse(text, markdown=False)
    assert (one.title, one.texts("subtitle")) == ("关于电动自行车停放管理的调研报告", ["上城区城市管理局"])
    assert one.texts("byline") == ["2024年3月15日"]
    assert one.texts("subhead") == ["一、基本情况", "二、存在问题"]


def test_labels_above_a_text_are_its_front_matter() -> None:
    (one,) = parse(f"标题：加装电梯的经验\n作者：张三 李四\n日期：2024-05-06\n\n{REPORT}\n\n居民都说好，以前不敢想。\n", markdown=False)
    assert (one.title, one.authors, len(one.paragraphs)) == ("加装电梯的经验", ("张三", "李四"), 2)
    assert one.texts("banner") == ["标题：加装电梯的经验 作者：张三 李四 日期：2024-05-06"]


def test_short_lines_between_indented_paragraphs_are_subheads() -> None:
    text = f"东门社区破解停车难\n张三　李四\n　　{REPORT}\n　　搭建平台\n　　{REPORT}\n　　建立机制\n　　{REPORT}\n"
    (one,) = parse(text, markdown=False)
    assert (one.title, one.authors, one.texts("subhead")) == ("东门社区破解停车难", ("张三", "李四"), ["搭建平台", "建立机制"])
    assert texts(one) == [REPORT] * 3


def test_a_notice_and_its_annex_are_one_article() -> None:
    text = (
        f"城西街道文件\n\n城街办〔2024〕15号\n\n关于印发《停放办法》的通知\n\n各社区：\n\n{REPORT}\n\n附件：停放办法\n\n城西街道办事处\n\n"
    )
    (one,) = parse(text + f"2024年5月6日\n\n停放办法\n\n第一章 总则\n\n第一条 {REPORT}\n", markdown=False)
    assert (one.title, one.kind) == ("关于印发《停放办法》的通知", "notice")
    assert texts(one)[2:6] == ["附件：停放办法", "城西街道办事处", "2024年5月6日", "停放办法"]


def test_minutes_keep_their_labels_and_turns_apart() -> None:
    head = ["时间：2024年5月6日下午2点", "地点：社区会议室", "主持人：张三", "参加人员：居民代表12人，物业公司2人"]
    turns = ["张三：今天讨论停车位的问题，请大家发言。", "李大爷：我觉得应该先把消防通道让出来", "物业经理：我们可以在北门增加二十个车位。"]
    (one,) = parse("东门社区居民议事会会议记录\n\n" + "\n".join(head) + "\n\n" + "\n".join(turns) + "\n", markdown=False)
    assert (one.title, texts(one)) == ("东门社区居民议事会会议记录", [*head, *turns])


def test_a_book_of_cases_is_titled_by_its_name() -> None:
    (one,) = parse(f"《案例集》\n\n案例一 东门社区：错时共享\n\n{REPORT}\n\n案例二 城西街道：集中充电\n\n{REPORT}\n", markdown=False)
    cases = ["案例一 东门社区：错时共享", "案例二 城西街道：集中充电"]
    assert (one.title, [text for text in (*one.texts("subhead"), *texts(one)) if text in cases]) == ("《案例集》", cases)


def test_an_english_byline_names_its_authors() -> None:
    (one,) = parse("SCOOTERS IN STAIRWELLS\n\nBy Jane Doe and John Roe\n\nThe council acted within a week.\n", markdown=False)
    assert (one.title, one.authors) == ("SCOOTERS IN STAIRWELLS", ("Jane Doe", "John Roe"))


def test_a_line_of_html_is_no_part_of_the_next_paragraph() -> None:
    (one,) = parse(f"# 标题\n\n<table><tr><td>一中</td></tr></table>\n\n{REPORT}\n")
    assert texts(one) == ["一中", REPORT]


def test_a_question_and_its_answer_are_two_paragraphs() -> None:
    text = "问：楼道里停放电动车违法吗？\n答：根据规定，禁止在公共门厅、疏散走道停放。\n\n"
    text += "问：没有充电桩怎么办？\n答：可以向物业或者社区反映，由街道统筹。\n"
    (one,) = parse(text, markdown=False)
    assert texts(one) == text.replace("\n\n", "\n").splitlines()


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("2024-05-06 09:30 来源：浙江日报 作者：张三 编辑：李四", ("张三",)),
        ("来源：浙江日报  记者：张三、王五", ("张三", "王五")),
        ("发布时间：2024-05-06", ()),
        ("2024年5月6日 来源：新华社", ()),
    ],
)
def test_a_line_with_date_and_source_above_a_web_text_is_a_byline(line: str, authors: tuple[str, ...]) -> None:
    text = f"停车难怎么破？看看这个社区的做法\n\n{line}\n\n"
    text += "近日，记者走进东门社区，只见车辆停放整齐。\n\n“以前要转半个小时。”居民说。\n\n（责任编辑：赵六）\n"
    (one,) = parse(text, markdown=False)
    assert (one.title, one.authors, one.texts("byline")) == ("停车难怎么破？看看这个社区的做法", authors, [line, "（责任编辑：赵六）"])
    assert texts(one) == ["近日，记者走进东门社区，只见车辆停放整齐。", "“以前要转半个小时。”居民说。"]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig", "utf-8"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_any_encoding_and_line_end_is_read_alike(encoding: str, end: str, tmp_path: Path) -> None:
    text = f"河长治水\n\n本报讯（记者 王五）{REPORT}\n\n村民说，河水比以前清多了。\n"
    path = tmp_path / "河.txt"
    path.write_bytes(text.replace("\n", end).encode(encoding))
    page = read(path, path.name)
    assert isinstance(page, Page)
    (one,) = articles(page)
    assert (one.title, one.authors, [paragraph.lines for paragraph in one.paragraphs]) == ("河长治水", ("王五",), [((3, 3),), ((5, 5),)])
