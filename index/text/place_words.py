"""Names of places that are words as well, what such a name is a piece of (长治久安, 黄河南岸), and words that are no names: 整个产区."""

from __future__ import annotations

import re

from index.text.tokens import parts_of_speech

# Cities whose name is a word or a piece of words (`四平方米`, `推广安全`): they need 市 after them, or their province before.
CITIES = """
    朝阳 白银 安康 中山 大同 黄山 长治 来宾 海东 山南 新乡 新余 开封 日照 黄石 广安 白山 白城 三明 河源 东方 北海 大庆 中卫 天水 四平
    黑河 周口 南阳 怀化 江门 阳江 德阳 内江 巴中 资阳 安顺 保山 丽江 定西 吴忠 固原 丹东 营口 济源 仙桃 天门 文昌 双河 新星 白杨 北屯
    大理 红河 怒江 阿里 兴安 海西 海北 黄南 甘南 文山 玉树 和田 临夏 定安 临高 白沙 昌江 乐东 台中 台南 台东 新北 桃园 彰化 云林 南投
    安庆 普洱
"""
# Counties whose name is a word: without their suffix they are none, with it they need a border or their city.
COUNTIES = """
    新城 老城 市中 市南 市北 中原 港口 站前 南山 西山 东山 青山 雨山 江北 江南 江东 河东 河西 河南 河北 湖滨 海港 路南 路北 桥东 桥西
    铁东 铁西 城中 城东 城西 城北 城南 城关 城厢 新建 友好 向阳 前进 红旗 东风 和平 平安 长安 安居 永定 新华 公安 合作 互助 富民 同心
    通道 大方 乐业 民乐 平和 东方 集贤 兴国 新兴 新丰 新和 文明 建华 青云 大通 长乐 长兴 永安 安宁 定安 定边 高平 台前 从化 开平 开远
    集美 民和 平昌 武定 大化 中宁 龙门 大关 江口 大田 建设 西区 东区 林口 南部 高新 水城 石林 南宫 北碚 山阳 安定 利川 通海 双江 大安
    五一 兴安 南关 宽城 榆林 丰满 延长 永和 方正 通河
"""
# Counties whose name means a part of any city: they need their city.
PARTS = """
    新城 老城 城中 市中 市南 市北 城东 城西 城北 城南 城关 城厢 港口 站前 中原 开发 高新 东 西 南 北 城 郊 矿 新
"""
WORDS = frozenset(CITIES.split())
COMMON = frozenset(COUNTIES.split())
NEEDS_CITY = frozenset(f"{part}区" for part in PARTS.split())
NOT_BEFORE = {  # what a name is a piece of, if it comes right before: 黄河南岸, 建成都市
    **dict.fromkeys(("河南", "河北"), "黄淮运沿大小洛天漳沙辽湟内银清"),
    **dict.fromkeys(("湖南", "湖北"), "太洞西滇东南巢"),
    **dict.fromkeys(("山东", "山西"), "泰唐巫燕太祁天阴吕衡华嵩庐玉中"),
    **dict.fromkeys(("广东", "广西"), "推"),
    **{
        "江西": "长珠湘赣钱汉嘉",
        "海南": "沿渤东近出黄",
        "云南": "白祥",
        "成都": "建变形完造达组构集生促打",
        "海口": "出入沿",
        "镇江": "城乡",
    },
    **{"合肥": "符混复综结", "南通": "东西"},
}
NOT_AFTER = {
    "大连": "接锁续",
    "南平": "原均",
    "南充": "分足满",
    "西安": "全置排装",
    "延安": "全置排装",
    "合肥": "料",
    "南通": "道过往行向知",
}
FUNCTION = frozenset(
    "在于到是由为的位住与和从了至对以向给让把被进入赴往如据经及或等跟比距离驻访即但而使并、"
)  # may come right before a name
OF_COUNTY = re.compile(  # what comes before 区, 县 or 市 where the word is no administrative unit
    r"^[府郡籍还内各所看去回港]|军分$|卫戍$|综保$|农高$|[主老新全古展]城$|中心|核心|开发|高新|功能|示范|经开|自贸|[省市区县的]"
    r"|[社小园校景辖厂库片街灾矿牧战军郊禁专特该各本此州都超闹夜集楼某一二三四五六七八九十个两几强误盲全地护]$"
)
OF_TOWN = re.compile(
    r"^[该各全本此这那某每个镇乡与去内所]|[省市区县镇乡村个的]|^[所社名城家故老下返回水异他还同离侨小古集重强大特入两几多中]$|^.?(?:特色|风情|历史|建制|中心|梦想)"
    r"|[小古名强重]$"
)
NAMES = ("ns", "nr", "nz", "nt")  # jieba's tags of proper names: in the name of a county that the gazetteer lacks, no other words are
NOUNS = ("n", "s", "t", "m", "i", "l", "z")  # towns are called after things as well: 梧桐, 铜钱关


def may_be_county(stem: str, has_town: bool) -> bool:
    """Whether a county that the gazetteer lacks may be called *stem*, without its suffix; *has_town*: one of its towns comes right after.

    >>> may_be_county("安湖", False), may_be_county("整个产", False), may_be_county("梧桐", False), may_be_county("梧桐", True)
    (True, False, False, True)
    """
    if not 2 <= len(stem) <= 4 or stem[0] in FUNCTION or OF_COUNTY.search(stem):
        return False
    return _has_only(stem, NOUNS if has_town else NAMES)


def may_be_town(stem: str) -> bool:
    """Whether a town that the gazetteer lacks may be called *stem*, without its suffix.

    >>> may_be_town("临桥"), may_be_town("铜钱关"), may_be_town("推进")
    (True, True, False)
    """
    return 2 <= len(stem) <= 4 and stem[0] not in FUNCTION and not OF_TOWN.search(stem) and _has_only(stem, NOUNS)


def _has_only(stem: str, kinds: tuple[str, ...]) -> bool:
    """Whether the words of *stem* that the dictionary has are of these *kinds*."""
    return all(tag.startswith(kinds) for tag in parts_of_speech(stem))
