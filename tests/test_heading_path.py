"""Heading paths: the subheads above a paragraph, the sentence that an item completes, the table that a row is of."""

import pytest

from index.document import Article, Heading, Page
from index.heading_path import LONGEST_INNER, LONGEST_TITLES, joined_path, numbering, paths, titles_of
from index.segmentation.articles import articles

FIRST = (
    "去年全镇办了十二件实事，群众满意度达到百分之九十六。镇里每季度请代表到现场看进度，办成一件、公布一件。"
    "今年的实事由村民提议，再由镇人大代表投票决定，年底还要当着大家的面打分。"
)


def read(text: str, markdown: bool = True) -> tuple[Page, Article]:
    page = Page("a.md", text, "0" * 64, "utf-8", markdown)
    (one,) = articles(page)
    return page, one


def paths_of(text: str, markdown: bool = True) -> dict[str, tuple[str, ...]]:
    """Return the path of each paragraph, by its first eight characters."""
    return {one.part.text[:8]: one.path for one in paths(*read(text, markdown)) if not isinstance(one.part, Heading)}


def test_subheads_nest_by_their_marks() -> None:
    text = f"# 年度总结\n\n{FIRST}\n\n## 环境\n\n### 河道\n\n清淤三公里。\n\n"
    text += "### 公园\n\n新建两个公园。\n\n## 教育\n\n扩建一所小学。\n"
    assert paths_of(text) == {
        "去年全镇办了十二": (),
        "清淤三公里。": ("环境", "河道"),
        "新建两个公园。": ("环境", "公园"),
        "扩建一所小学。": ("教育",),
    }


def test_subheads_of_one_level_nest_by_their_numbers() -> None:
    text = "# 工作方案\n\n## 一、目标\n\n三年建成。\n\n## 二、任务\n\n"
    text += "## （一）修桥\n\n修五座桥。\n\n## （二）修路\n\n修两条路。\n\n## 三、保障\n\n专款专用。\n"
    assert paths_of(text) == {
        "三年建成。": ("一、目标",),
        "修五座桥。": ("二、任务", "（一）修桥"),
        "修两条路。": ("二、任务", "（二）修路"),
        "专款专用。": ("三、保障",),
    }


def test_an_item_has_the_sentence_that_it_completes() -> None:
    text = "# 养犬办法\n\n第一条 养犬人应当遵守下列规定：\n\n（一）牵好犬绳；\n\n（二）清理粪便。\n\n"
    text += "第二条 犬只每年免疫一次。\n\n第三条 下列犬只不得饲养：\n（一）烈性犬；\n"
    lead = "第一条养犬人应当遵守下列规定："
    assert paths_of(text) == {
        "第一条养犬人应当": (),
        "（一）牵好犬绳；": (lead,),
        "（二）清理粪便。": (lead,),
        "第二条犬只每年免": (),
        "第三条下列犬只不": (),
        "（一）烈性犬；": ("第三条下列犬只不得饲养：",),
    }


def test_items_that_lost_their_number_or_never_had_one_have_the_lead_too() -> None:
    text = "# 办法\n\n第五条 村里采取下列措施：\n\n装路灯；\n\n（二）铺路面。\n\n"
    text += "第六条 要求如下：\n\n每月检查；\n\n每季公布。\n\n村民可以监督。\n"
    assert paths_of(text) == {
        "第五条村里采取下": (),
        "装路灯；": ("第五条村里采取下列措施：",),
        "（二）铺路面。": ("第五条村里采取下列措施：",),
        "第六条要求如下：": (),
        "每月检查；": ("第六条要求如下：",),
        "每季公布。": ("第六条要求如下：",),
        "村民可以监督。": (),
    }


def test_lists_nest_and_a_paragraph_within_an_item_does_not_end_the_list() -> None:
    text = "# 评比办法\n\n评分标准如下：\n\n1. 卫生：\n（1）街面干净；\n（2）垃圾分类。\n\n每月查两次。\n\n"
    text += "2. 秩序良好。\n\n得分张榜公布。\n\n1. 另有奖励；\n2. 另有处罚。\n"
    found = paths_of(text)
    assert {start: found[start] for start in found if start != "评分标准如下："} == {
        "1.卫生：": ("评分标准如下：",),
        "（1）街面干净；": ("评分标准如下：", "1.卫生："),
        "（2）垃圾分类。": ("评分标准如下：", "1.卫生："),
        "每月查两次。": (),
        "2.秩序良好。": ("评分标准如下：",),
        "得分张榜公布。": (),
        "1.另有奖励；": (),  # a new list, which no sentence leads
        "2.另有处罚。": (),
    }


def test_bullets_below_a_sentence_and_bullets_within_bullets() -> None:
    text = "# 防汛\n\n物资包括：\n\n- 沙袋\n  - 五百只在桥头\n  - 三百只在闸口\n- 水泵\n\n每周检查。\n"
    found = paths_of(text)
    assert {start: found[start] for start in found if start != "物资包括："} == {
        "- 沙袋": ("物资包括：",),
        "- 五百只在桥头": ("物资包括：", "- 沙袋"),
        "- 三百只在闸口": ("物资包括：", "- 沙袋"),
        "- 水泵": ("物资包括：",),
        "每周检查。": (),
    }


def test_an_item_that_is_a_title_leads_what_follows_it() -> None:
    text = "关于防火的意见\n\n各村：\n\n（一）加强巡查\n\n每天巡山两次。\n\n"
    text += "（二）备足器材\n\n每村十台水泵。\n\n（三）严格奖惩。失职的要问责。\n\n请照此办理。\n"
    found = paths_of(text, markdown=False)
    assert found["每天巡山两次。"][-1:] == ("（一）加强巡查",)
    assert found["每村十台水泵。"][-1:] == ("（二）备足器材",)
    assert found["请照此办理。"] == ()


def test_a_row_has_the_title_and_the_columns_of_its_table_and_the_text_below_has_not() -> None:
    text = "# 清点\n\n## 路灯\n\n各村路灯如下表。\n\n| 村 | 路灯 |\n|---|---|\n| 柳溪村 | 36 |\n| 石桥村 | 41 |\n\n今年再清点。\n"
    assert paths_of(text) == {
        "各村路灯如下表。": ("路灯",),
        "| 柳溪村 | ": ("路灯", "各村路灯如下表。", "村 路灯"),
        "| 石桥村 | ": ("路灯", "各村路灯如下表。", "村 路灯"),
        "今年再清点。": ("路灯",),
    }


def test_the_numbered_title_of_a_table_heads_nothing_below_the_table() -> None:
    text = "# 清点\n\n{FIRST}\n\n## 路灯\n\n表1 各村路灯\n\n| 村 | 路灯 |\n|---|---|\n| 柳溪村 | 36 |\n\n今年再清点。\n"
    found = paths_of(text)
    assert (found["| 柳溪村 | "][-3:], found["今年再清点。"][-1:]) == (("路灯", "表1 各村路灯", "村 路灯"), ("路灯",))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("第二章 总则", 2),
        ("第３条 路灯", 3),
        ("百、路灯", 100),
        ("（四）路灯", 4),
        ("(五)路灯", 5),
        ("6.路灯", 6),
        ("７、路灯", 7),
        ("⑧路灯", 8),
        ("٩、路灯", 9),
        ("⑳路灯", 20),
        ("- 路灯", 0),
        ("△路灯", 0),
        ("3.2 路灯", 2),
    ],
)
def test_a_text_begins_with_a_number_whatever_digits_it_is_written_in(text: str, number: int) -> None:
    assert numbering(text).kind >= 0 and numbering(text).number == number


def test_a_path_has_a_bound() -> None:
    page, one = read("# " + "长" * 500 + "\n\n" + "".join(f"## 小标题{number}\n\n第{number}段话。\n\n" for number in range(300)))
    last = [found for found in paths(page, one) if found.number][-1]
    assert last.path == ("小标题299",)
    assert len(titles_of(one)) <= LONGEST_TITLES
    deep = [f"{'#' * level} {'第' * 70}{level}" for level in range(2, 7)]
    page, one = read("# 题\n\n" + "\n\n".join(deep) + "\n\n完了。\n")
    last = [found for found in paths(page, one) if found.number][-1]
    heading = joined_path("题", last.path)
    assert len(heading) <= LONGEST_INNER + 2 and heading.endswith("第6")  # what is nearest is kept
