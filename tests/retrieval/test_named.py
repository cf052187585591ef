"""What a question names outright, and whether a passage names it too."""

import pytest

from index.document import Citation, Passage
from search.retrieval.named import missing, named


def passage(text: str, heading: str = "", place: str | None = None) -> Passage:
    return Passage(text, heading, 1, Citation("a.txt", ((1, 1),), 1, None, None, (), place, "", "0" * 16))


@pytest.mark.parametrize(
    ("question", "text", "share"),
    [
        ("北京 业主委员会换届", "业主委员会由业主大会选举产生。", 1),
        ("北京 业主委员会换届", "北京市规定，业主委员会每届三年。", 0),
        ("浙江哪里管得好", "宁波把摊位编了号。", 0),
        ("宁波哪里管得好", "浙江把摊位编了号。", 1),
        ("西湖区的做法", "杭州市西湖区建了棚。", 0),
        ("8月26号查了几家", "８月26日，检查了3家。", 0),
        ("8月26号查了几家", "8月27日，检查了3家。", 1),
        ("投资1,200万的项目", "总投资1200万元。", 0),
        ("投资1.2亿的项目", "总投资12,000万元。", 0),
        ("补贴一万八千元", "每户补贴1.8万元。", 0),
        ("补贴1.8万元", "每户补贴1.8元。", 1),
        ("二〇一九年五月的庙会", "2019-05，庙会开了三天。", 0),
        ("2019年5月的庙会", "2019年6月，庙会开了三天。", 0.5),
        ("十月二十六日查了几家", "10月26日，检查了3家。", 0),
        ("达标率百分之四十七", r"达标率为$4 7 \%$。", 0),
        ("十八洞村怎么致富", "村里办起了合作社。", 0),
        ("18个村", "十八洞村", 0),
        ("2019年北京拆了多少", "2019年上海拆了20处。", 0.5),
        ("停车难怎么办", "新建停车位。", 0),
        ("3楼漏水怎么办", "屋顶漏水由物业修。", 0),
        ("", "屋顶漏水由物业修。", 0),
    ],
)
def test_the_share_of_named_things_that_a_passage_lacks(question: str, text: str, share: float) -> None:
    assert missing(named(question), passage(text)) == share


def test_the_heading_and_the_place_of_the_article_count() -> None:
    assert missing(named("北京怎么做"), passage("小区建了棚。", heading="北京老楼装电梯")) == 0
    assert missing(named("北京怎么做"), passage("小区建了棚。", place="北京市朝阳区")) == 0


def test_a_street_is_no_city() -> None:
    assert named("南京路上的店") == named("店")
