"""The kind of an article: photo news and official notices are recognised among other news."""

import pytest

from tests.segmentation.test_articles import BODY, MORE, read

ABOVE = ["# 共商共议", "", "王鹏 黄智", "", BODY, MORE + "(周静 严琰)"]
WITH_REFERENCE = "近日，锦潭街道的志愿者来到东门社区，为老人理发、量血压。图为活动现场。"
WITHOUT_REFERENCE = (
    "近日，锦潭街道的志愿者来到东门社区，为老人理发、量血压，受到居民欢迎。今年以来，这样的活动已经办了十二场，每场都有上百位居民来。"
)


@pytest.mark.parametrize(
    "below",
    [
        ["", "", "", WITHOUT_REFERENCE, "", "志愿者为老人理发（张三 摄）"],
        ["", "", "", WITHOUT_REFERENCE, "", "本报记者 张三 摄"],
        ["", WITH_REFERENCE],
        ["", "", "", "", WITHOUT_REFERENCE + "(朱琰星)"],
        ["", "# 志愿服务进社区", "", WITHOUT_REFERENCE, "", "图片由锦潭街道提供"],
        ["", "# 图片新闻", "", WITH_REFERENCE],
    ],
)
def test_a_short_text_with_a_picture_is_photo_news(below: list[str]) -> None:
    answer = read(*ABOVE, *below)
    assert [one.kind for one in answer] == ["news", "photo-news"]


@pytest.mark.parametrize(
    "below",
    [
        ["", WITHOUT_REFERENCE],
        ["", "", "", "", BODY * 11],
        ["", "# 志愿服务进社区", "", "张三", "", WITHOUT_REFERENCE],
        ["", "# 志愿服务进社区", "", "张三", "", WITHOUT_REFERENCE, "", "志愿者为老人理发（李四 摄）"],
        ["", "# 志愿服务进社区", "", WITHOUT_REFERENCE, "", MORE, "", "志愿者为老人理发（李四 摄）"],
        ["", "", "", "", "，" + WITHOUT_REFERENCE],
    ],
)
def test_a_short_text_alone_is_not(below: list[str]) -> None:
    answer = read(*ABOVE, *below)
    assert [one.kind for one in answer] == ["news", "news"]


def test_a_notice_stays_a_notice() -> None:
    (one,) = read("# 停水公告", "", "因管道检修，今晚停水。图为检修的路段。")
    assert one.kind == "notice"
