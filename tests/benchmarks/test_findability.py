"""The measure of findability: which headings are asked for, and which answers are right."""

from pathlib import Path

from tests.benchmarks.findability import Place, ask, headings, table

PAGE = """# 小区新装路灯

王芳

晚上回家，巷子里终于亮了。

## 流浪猫绝育

志愿者带猫去做手术，小区里不再有一窝窝幼猫。
"""
GOLD = {
    "file": "a.md",
    "articles": [
        {
            "title": "小区新装路灯",
            "subtitle": "临府办〔2023〕7号",
            "subheads": ["流浪猫 / 绝育"],
            "subhead_details": [{"lines": [7, 7]}],
            "captions": [{"text": "猫 张三摄", "lines": [11, 12]}],
            "paragraphs": [{"text": "", "lines": [5, 5]}, {"text": "", "lines": [9, 9]}],
        }
    ],
}


def test_each_heading_has_the_lines_of_the_text_below_it() -> None:
    assert headings([GOLD]) == {
        ("title", "小区新装路灯"): [Place("a.md", frozenset({5, 9}))],
        ("number", "临府办〔2023〕7号"): [Place("a.md", frozenset({5, 9}))],
        ("subhead", "流浪猫 绝育"): [Place("a.md", frozenset({9}))],
        ("caption", "猫 张三摄"): [Place("a.md", frozenset({11, 12}))],
    }


def test_a_heading_is_found_where_it_stands_and_not_where_it_does_not(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.md").write_text(PAGE, "utf-8")
    right, wrong = [Place("a.md", frozenset({5, 9}))], [Place("b.md", frozenset({5, 9}))]
    asked = ask(tmp_path, {("title", "小区新装路灯"): right, ("kicker", "巷子里亮灯"): wrong}, "static")
    assert [(one.first, one.among_three) for one in asked] == [(True, True), (False, False)]
    assert [*table(asked)][-1].startswith("| all | 2 | 0.500 | 0.500 |")
