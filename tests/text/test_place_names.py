"""The place that an article reports from: the most precise one that its text settles, else None."""

import pytest

from index.text.gazetteer import County, gazetteer, is_town, short
from index.text.place_names import reported_place, reported_places


def test_the_place_is_the_most_precise_one_that_the_text_settles_and_is_never_guessed() -> None:
    assert reported_place([], ["近日，杭州建德市更楼街道的干部来到社区。更楼街道负责人说。"]) == "杭州市建德市更楼街道"
    assert reported_place([], ["温州市苍南县桥墩镇宣传。", "金华市金东区连演六天。"]) is None
    assert reported_place([], ["乡镇街道的城区治理要走进小区、园区和社区，全市全县都在学。"]) is None


def test_a_county_of_the_table_is_known_when_it_is_named_once() -> None:
    assert reported_place([], ["近日，定海区推出了改革，居民都说好。"]) == "舟山市定海区"
    assert reported_place(["舟山嵊泗：海岛治理"], ["近日，岛上的渔民都说好。"]) == "舟山市嵊泗县"
    assert reported_place([], ["江北区推出了改革，江北区的居民都说好。"]) == "江北区"  # 宁波 and 重庆 have one


def test_a_word_that_ends_like_a_place_is_none() -> None:
    assert reported_place([], ["余杭区梦想小镇来了许多企业，余杭区的服务跟着来了。"]) == "杭州市余杭区"
    assert reported_place([], ["义乌农贸市场热闹，义乌市江东街道的居民都说好。"]) == "金华市义乌市江东街道"
    assert reported_place([], ["近日，南昌市东湖区首次开展全市评比，东湖区和经开区的居民都说好。"]) == "南昌市东湖区"


def test_another_place_that_is_mentioned_once_is_not_reported_from() -> None:
    text = "近日，台州市桐潭区鹤港街道试行新办法，湖州市安吉县的同行来看。鹤港街道负责人说，大家都满意。"
    assert reported_place([], [text]) == "台州市桐潭区鹤港街道"


@pytest.mark.parametrize(
    "text",
    [
        "奖金由区财政和镇财政各出一半，推进城乡一体，让乡亲安心。",
        "建成都市农业示范区，四平方米的亭子，推广安全用电，守护长治久安。",
        "黄河南岸的山区和林区，沿海南部的小镇、水乡、集镇，新城区的居民小区。",
        "镇长说，全市各区县乡镇都要把县城、城区和园区管好。",
        "南京路、北京大街和浙江大学的同学来了，杭州银行捐了款。",
    ],
)
def test_words_that_end_or_begin_like_places_are_none(text: str) -> None:
    assert reported_places([], [text]) == (None, ())


def test_an_article_may_speak_of_several_places_each_in_full() -> None:
    text = "苏州市吴江区震泽镇先行，常熟市虞山街道跟进。随后，盐城射阳的同行来学，浙江义乌也来了。江西、山东日照和恩施州在看。"
    assert reported_places([], [text]).places == (
        *("苏州市吴江区震泽镇", "苏州市常熟市虞山街道", "盐城市射阳县", "金华市义乌市"),
        *("江西省", "日照市", "恩施土家族苗族自治州"),
    )


def test_a_street_is_known_by_the_county_that_has_it() -> None:
    assert reported_place([], ["近日，武汉市江汉区试点。北湖街道的居民说好，北湖街道又添了两处。"]) == "武汉市江汉区北湖街道"
    assert reported_place([], ["近日，武汉市江汉区试点。松林街道的居民说好，松林街道又添了两处。"]) == "武汉市江汉区"
    assert reported_place([], ["近日，武汉市江汉区新松林街道试点。新松林街道的居民说好。"]) == "武汉市江汉区新松林街道"


def test_a_county_of_many_cities_has_the_one_that_the_page_names() -> None:
    text = "鼓楼区的巷子改好了，鼓楼区的居民说好。"
    assert reported_place([], [text]) == "鼓楼区"
    assert reported_place([], [text], page=f"南京鼓楼区：巷子\n{text}") == "南京市鼓楼区"
    assert reported_place([], [f"开封市的三个区都在改。{text}"]) == "开封市鼓楼区"


@pytest.mark.parametrize(
    ("headings", "body", "place"),
    [
        (["苍南：渔港有了新码头"], ["近日，渔民都说好。"], "温州市苍南县"),
        (["渔港有了新码头"], ["本报温岭5月6日电 渔民都说好。"], "台州市温岭市"),
        (["渔港有了新码头"], ["新华社海口5月6日电（记者张三）渔民都说好。"], "海口市"),
        (["浙江省渔港管理办法"], ["渔港由渔港监督管理。"], "浙江省"),
        (["渔港管理办法"], ["浙江和江苏的渔港都在改。"], None),
    ],
)
def test_the_beginning_of_a_title_and_the_dateline_name_the_place(headings: list[str], body: list[str], place: str | None) -> None:
    assert reported_place(headings, body) == place


def test_former_counties_are_known_and_short_names_lose_their_peoples() -> None:
    known = gazetteer()
    assert known.counties["江干区"] == (County("杭州市", "江干区"),)
    assert (known.province_of["天门市"], known.cities["黔东南州"]) == ("湖北省", "黔东南苗族侗族自治州")
    assert [short(name) for name in ("双江拉祜族佤族布朗族傣族自治县", "北川羌族自治县", "莫力达瓦达斡尔族自治旗")] == [
        "双江",
        "北川",
        "莫力达瓦",
    ]
    assert (is_town("震泽", "镇"), is_town("财政和", "镇"), len(known.province_of) > 350, len(known.towns) > 2900) == (
        True,
        False,
        True,
        True,
    )


def test_a_chain_that_no_gazetteer_has_is_a_place_where_it_is_printed_whole() -> None:
    assert reported_place([], ["近日，厦门市梅澜区鹭湾街道试点，居民说好。"]) == "厦门市梅澜区鹭湾街道"
    assert reported_place([], ["近日，厦门市松柏区石门街道试点，居民说好。"]) == "厦门市松柏区石门街道"  # both are words as well
    assert reported_places([], ["海东市互助县的酒厂，西宁市互助县的酒厂。"]).places == ("海东市互助土族自治县", "西宁市")


@pytest.mark.parametrize(
    "text",
    [
        "无锡市居住区改造",
        "无锡市整个产区",
        "无锡市有关区的街道",
        "无锡市限期整改区",
        "无锡市日无锡市发布",
        "无锡市住房城乡建设",
        "无锡市军分区",
    ],
)
def test_words_right_after_a_city_are_no_county(text: str) -> None:
    assert set(reported_places([], [text]).places) == {"无锡市"}


@pytest.mark.parametrize("text", ["宜兴市推进镇村改造", "宜兴市其他镇", "宜兴市内翻建城镇住宅", "宜兴市各街道", "宜兴市沿线街道"])
def test_words_right_after_a_county_are_no_town(text: str) -> None:
    assert set(reported_places([], [text]).places) == {"无锡市宜兴市"}


def test_a_report_is_from_the_place_by_which_it_opens_whatever_others_it_names() -> None:
    others = "广元市青川县、江门市、吉林省舒兰市金马镇和成都市金牛区的做法不同，大理州也不同。"
    assert reported_place([], [f"去年年底，台州市桐潭区鹤港街道设了驿站。{others}", "鹤港街道负责人说好。"]) == "台州市桐潭区鹤港街道"
    assert reported_place([], [f"去年年底，台州市桐潭区鹤港街道设了驿站。{others}"]) is None  # it is named once, as the others are
    assert reported_place([], [f"人们谈起台州市桐潭区鹤港街道的驿站。{others}", "鹤港街道负责人说好。"]) is None
