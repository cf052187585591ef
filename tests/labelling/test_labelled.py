"""Headlines without marks: what an editor sees on pages that nobody trained on."""

from __future__ import annotations

import pytest

from index.document import Article, Page
from index.labelling.candidates import surroundings, within_paragraphs
from index.layout.lines import Line
from index.segmentation.articles import articles

LAMPS = "入秋以来，桐岭区给三十条小巷换了节能路灯，每盏灯都有编号，坏了扫码就能报修，平均四小时内修好。"
CATS = "小区里的流浪猫多了，志愿者和两家宠物医院商量，绝育的费用各出一半，做完剪去耳尖再放回原处。"
BUSES = "学堂岭的弯道太急，校车改走新路，单程多用四分钟，家长代表跟车试了三趟以后才定下来。"
MORE = "试行半年，投诉少了七成，区里打算明年把这个办法推广到所有的老旧小区。"
NEWS = (("三十条小巷换上节能路灯", LAMPS), ("流浪猫绝育费用各出一半", CATS), ("校车绕开急弯多走四分钟", BUSES))


def parse(text: str) -> list[Article]:
    return articles(Page("a.txt", text, "0" * 64, "utf-8"))


def shapes(answer: list[Article]) -> list[tuple[str | None, list[str]]]:
    return [(article.title, [paragraph.text for paragraph in article.paragraphs]) for article in answer]


@pytest.mark.parametrize("above", ["\n\n", "\n\n\n", "\n"])
@pytest.mark.parametrize("below", ["\n", "\n\n"])
def test_headlines_without_marks_begin_articles_whatever_blank_lines_there_are(above: str, below: str) -> None:
    text = above.join(below.join((title, body)) for title, body in NEWS)
    assert shapes(parse(text)) == [(title, [body]) for title, body in NEWS]


def test_a_headline_is_not_glued_to_a_wrapped_paragraph() -> None:
    size = 20
    lines = [line for title, body in NEWS for line in (title, *(body[i : i + size] for i in range(0, len(body), size)))]
    assert shapes(parse("\n".join(lines))) == [(title, [body]) for title, body in NEWS]


@pytest.mark.parametrize("form", ["▲{}", "■ {}", "【{}】", "**{}**"])
def test_the_sign_of_a_brief_is_no_part_of_its_headline(form: str) -> None:
    text = "\n\n".join("\n".join((form.format(title), body)) for title, body in NEWS)
    assert shapes(parse(text)) == [(title, [body]) for title, body in NEWS]


def test_numbered_headings_within_an_article_are_subheads() -> None:
    text = "\n\n".join(("桐岭区改造老街的做法", LAMPS, "一、先换路灯", LAMPS, MORE, "二、再管流浪猫", CATS, MORE))
    (one,) = parse(text)
    assert (one.title, one.texts("subhead")) == ("桐岭区改造老街的做法", ["一、先换路灯", "二、再管流浪猫"])


def test_half_a_sentence_above_a_blank_line_is_no_heading() -> None:
    cut = 27  # within 报修
    (one,) = parse("\n\n".join(("# 三十条小巷换上节能路灯", MORE, LAMPS[cut - 12 : cut], LAMPS[cut:], MORE)))
    assert one.texts("subhead") == []


def test_a_list_of_names_below_a_title_is_text() -> None:
    names = ["桐岭社区", "云岭社区", "石桥社区", "柳荫社区", "古槐社区", "东坞社区", "西坞社区", "临溪社区"]
    (one,) = parse("\n".join(("首批试点社区名单", *names)))
    assert shapes([one]) == [("首批试点社区名单", names)]


def test_a_page_of_very_many_short_lines_is_read_as_a_list() -> None:
    answer = parse("\n\n".join(f"第{number}号点位 桐岭路" for number in range(10_500)))
    assert sum(len(article.paragraphs) for article in answer) > 10_000


def test_the_line_right_above_the_names_of_columns_is_the_title_of_the_table() -> None:
    text = f"三十条小巷换上节能路灯\n\n{LAMPS}\n\n各街道路灯数量\n\n| 街道 | 路灯 |\n|---|---|\n| 桐岭街道 | 210 |\n| 云岭街道 | 96 |\n"
    (one,) = parse(text)
    assert one.texts("subhead") == ["各街道路灯数量"]
    assert [paragraph.text for paragraph in one.paragraphs] == [LAMPS, "| 桐岭街道 | 210 |", "| 云岭街道 | 96 |"]


def wrapped(text: str, size: int = 14) -> list[Line]:
    return [Line(i, i, i, text[start : start + size]) for i, start in enumerate(range(0, len(text), size), 1)]


def test_full_lines_in_the_middle_of_a_wrapped_paragraph_are_no_candidates() -> None:
    lines = wrapped(BUSES.replace("。", "，") * 2)
    full = len(lines[0].text)
    inside = within_paragraphs(lines, lambda line: len(line.text) == full)
    assert inside == {i for i in range(2, len(lines)) if len(lines[i].text) == full}
    assert not {one.position for one in surroundings(lines, lambda line: len(line.text) == full)} & inside
    assert within_paragraphs(lines, None) == set()


def test_a_headline_of_two_lines_below_the_end_of_a_sentence_is_no_middle_of_a_paragraph() -> None:
    lines = [
        Line(1, 0, 0, "家长代表跟车试了三趟后定下来。"),
        Line(2, 0, 0, "学堂岭弯道急校车改走新路线每"),
        Line(3, 0, 0, "天单程只多用四分钟"),
    ]
    assert within_paragraphs(lines, lambda line: len(line.text) >= 13) == set()


def test_the_name_of_a_file_in_the_front_matter_is_no_title() -> None:
    text = "---\ntitle: {}\n---\n\n" + "\n\n".join(("三十条小巷换上节能路灯", LAMPS, "流浪猫绝育费用各出一半", CATS))
    named = [[article.title for article in parse(text.format(title))] for title in ("scan_012", "p3.pdf", "三十条小巷换灯")]
    assert named[0] == named[1] == ["三十条小巷换上节能路灯", "流浪猫绝育费用各出一半"] and len(named[2]) == 1


def test_a_line_between_a_caption_and_a_signed_title_is_no_text() -> None:
    caption, kicker, title = "志愿者给流浪猫喂食", "换好“节能灯” 点亮“回家路”", "桐岭区：三十条小巷换上节能路灯"
    above, below = (NEWS[1][0], CATS, MORE, "", caption, "(图片由桐岭区提供)"), (kicker, title, "张明 李红", LAMPS, MORE)
    text = "\n\n".join((*above, *below))
    answer = parse(text)
    assert kicker not in {paragraph.text for article in answer for paragraph in article.paragraphs}
    assert answer[-1].title == title
