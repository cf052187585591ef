"""The place that an article reports from: the most precise one that its text settles, else None."""

from index.text.place_names import reported_place


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
