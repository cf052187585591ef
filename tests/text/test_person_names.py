"""Names in bylines: runs of characters are cut by their surnames, and other short words are no names."""

from index.text.person_names import byline_names, split_names


def test_names_are_split_by_their_surnames_and_other_short_words_are_no_names() -> None:
    runs = {"任龙汪靖福": ("任龙", "汪靖福"), "倪智海俞琳": ("倪智海", "俞琳"), "欧阳修王鹏": ("欧阳修", "王鹏"), "基层治理": ()}
    assert {run: split_names(run) for run in runs} == runs
    assert [byline_names(text) for text in ("□ 本报记者 王鹏 通讯员 黄智", "杨  雪", "钱塘区", "搭平台 建机制 畅渠道", "我们走在")] == [
        ("王鹏", "黄智"),
        ("杨雪",),
        (),
        (),
        (),
    ]


def test_a_name_may_end_like_a_role() -> None:
    assert byline_names("李明文 王鹏") == ("李明文", "王鹏")
    assert byline_names("文/王鹏 图/黄智") == ("王鹏", "黄智")
