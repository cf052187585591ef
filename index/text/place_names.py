"""The place that an article reports from: `杭州市上城区笕桥街道`, the most precise unit that the text settles, or None.

There is no gazetteer of the three thousand districts and forty thousand towns. A name is whatever comes between a clean border and
a suffix (`，笕桥街道`, `上城区笕桥街道`, `在笕桥街道`); the place is the name that the article mentions more often than any other of
its kind. Two tables help: the cities above districts, since `杭州上城区` has no border, and the counties of Zhejiang, where most
pages come from; a county of that table counts when it is named once, and without its suffix (`舟山嵊泗`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

# Cities of prefecture rank and above (Ministry of Civil Affairs, 2023), each row after its province.
PROVINCES = """
    北京 北京
    天津 天津
    上海 上海
    重庆 重庆
    河北 石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水
    山西 太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁
    内蒙古 呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布
    辽宁 沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛
    吉林 长春 吉林 四平 辽源 通化 白山 松原 白城
    黑龙江 哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化
    江苏 南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁
    浙江 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水
    安徽 合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城
    福建 福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德
    江西 南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶
    山东 济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽
    河南 郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店
    湖北 武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州
    湖南 长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底
    广东 广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮
    广西 南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左
    海南 海口 三亚 三沙 儋州
    四川 成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳
    贵州 贵阳 六盘水 遵义 安顺 毕节 铜仁
    云南 昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧
    西藏 拉萨 日喀则 昌都 林芝 山南 那曲
    陕西 西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛
    甘肃 兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南
    青海 西宁 海东
    宁夏 银川 石嘴山 吴忠 固原 中卫
    新疆 乌鲁木齐 克拉玛依 吐鲁番 哈密
"""
CITIES_OF = {row.split()[0]: tuple(row.split()[1:]) for row in PROVINCES.strip().split("\n")}
CITIES = frozenset(city for cities in CITIES_OF.values() for city in cities)
# Districts, counties and cities of Zhejiang, each row after its city (modood/Administrative-divisions-of-China, WTFPL).
ZHEJIANG = """
    杭州 上城区 拱墅区 西湖区 滨江区 萧山区 余杭区 富阳区 临安区 临平区 钱塘区 桐庐县 淳安县 建德市
    宁波 海曙区 江北区 北仑区 镇海区 鄞州区 奉化区 象山县 宁海县 余姚市 慈溪市
    温州 鹿城区 龙湾区 瓯海区 洞头区 永嘉县 平阳县 苍南县 文成县 泰顺县 瑞安市 乐清市 龙港市
    嘉兴 南湖区 秀洲区 嘉善县 海盐县 海宁市 平湖市 桐乡市
    湖州 吴兴区 南浔区 德清县 长兴县 安吉县
    绍兴 越城区 柯桥区 上虞区 新昌县 诸暨市 嵊州市
    金华 婺城区 金东区 武义县 浦江县 磐安县 兰溪市 义乌市 东阳市 永康市
    衢州 柯城区 衢江区 常山县 开化县 龙游县 江山市
    舟山 定海区 普陀区 岱山县 嵊泗县
    台州 椒江区 黄岩区 路桥区 三门县 天台县 仙居县 温岭市 临海市 玉环市
    丽水 莲都区 青田县 缙云县 遂昌县 松阳县 云和县 庆元县 景宁畲族自治县 龙泉市
"""
CITY_OF = {district: row.split()[0] for row in ZHEJIANG.strip().split("\n") for district in row.split()[1:]}
ELSEWHERE = ("西湖区", "江北区", "普陀区")  # districts of Zhejiang whose name a district elsewhere has as well
FULL_NAMES = {(city, district[:-1]): district for district, city in CITY_OF.items() if len(district) > 2}
FUNCTION = frozenset(
    "在于到是由为的位住与和从了至对以向给让把被进入赴往如据经及或等跟比距离驻访即但而使并"
)  # characters that may come right before a name
OF_DISTRICT = re.compile(  # what comes before 区, 县 or 市 where the word is no administrative unit
    r"[主老新全古展]城$|中心|核心|开发|高新|功能|示范|经开|自贸|[省市区县]"
)
NO_DISTRICT = (
    "社小园校景辖厂库片街灾矿牧战军郊禁专特该各本此市省州都超闹夜集楼某一二三四五六七八九十个两几强误盲全地护区县"  # `社区`, `全县`
)
OF_TOWN = re.compile(r"^[该各全本此这那某每个镇乡与]|[省市区县镇乡村个]")
OF_VILLAGE = re.compile(OF_TOWN.pattern + r"|^[所社名城家故老下返回水异他还同离侨小古集重强大特入两几多中]|^.?(?:特色|风情|历史|建制)")
DISTRICTS = re.compile(f"[区县市](?<=[\u4e00-\u9fff].)(?<![{NO_DISTRICT}].)(?!(?<=市)场)")
STREETS = re.compile("街道(?<=[\u4e00-\u9fff]街道)(?!办公室)")
TOWNS = re.compile(
    "镇(?<=[\u4e00-\u9fff]镇)(?<![小古名强重]镇)(?![江定政静痛压守长街])|乡(?<=[\u4e00-\u9fff]乡)(?![镇村亲里贤情愁土音民间])"
)  # `小镇`, `古镇` are no towns
LONGEST_SEARCHED = 20_000  # characters of an article that are searched: its place is named long before
BY_FIRST = {first: sorted((city[1:] for city in CITIES if city[0] == first), key=len, reverse=True) for first in {c[0] for c in CITIES}}
ANY_CITY = "|".join(
    f"{first}(?:{'|'.join(BY_FIRST[first])})" for first in sorted(BY_FIRST)
)  # grouped by first character: four times as fast
CITY = re.compile(f"({ANY_CITY})(?!路|东路|西路|湾)市?")
UNIT_BELOW = re.compile(r"[\u4e00-\u9fff]{2,5}?(?:[区县]|市(?!场))")
NOT_HAN = re.compile(r"[^\u4e00-\u9fff]")
HEADING_WEIGHT = 3  # mentions in the text that one in a title or a caption is worth, set by hand
MAJORITY_OF_TOWNS = 0.6  # share of all mentions of towns from which on a town is the place; these four shares were set by hand
MAJORITY_OF_REPORTS = 0.7  # share of the mentions of districts that belong to one city; below it the reports come from several
MAJORITY_OF_DISTRICTS = 0.5  # share of all mentions of districts
MAJORITY_OF_CITIES = 0.7  # share of all mentions of cities, where no district is known


def reported_place(headings: Sequence[str], body: Sequence[str], cities_on_page: Mapping[str, str] | None = None) -> str | None:
    """Return the place that an article reports from; *cities_on_page* maps districts to their cities, as the rest of the page names them.

    >>> reported_place([], ["近日，杭州市上城区笕桥街道省农科院社区牵头。笕桥街道相关负责人说。"])
    '杭州市上城区笕桥街道'
    >>> reported_place([], ["来自杭州市上城区南星街道的社工说。南星街道选派干部。在紫阳街道，有一支团队。紫阳街道分班。"])
    '杭州市上城区'
    """
    text = ("\n".join(headings) + "\n") * HEADING_WEIGHT + "\n".join(body)[:LONGEST_SEARCHED]
    towns = counted_names(text, STREETS, OF_TOWN, _ends_in_unit) + counted_names(text, TOWNS, OF_VILLAGE, _ends_in_unit)
    mentions = list(CITY.finditer(text))
    districts = counted_names(text, DISTRICTS, OF_DISTRICT, _ends_in_city) + _without_suffix(text, mentions)
    cities = Counter(mention[1] for mention in mentions)
    city_by_district = _cities_of_districts(text, mentions)
    town = _majority(towns, MAJORITY_OF_TOWNS)
    district = _district_of(town, text, districts) if town else None
    reports: Counter[str] = Counter()
    for unit, unit_city in city_by_district.items():
        reports[unit_city] += text.count(unit) + (towns[town] if town and unit == district else 0)
    if len(reports) > 1 and not _majority(reports, MAJORITY_OF_REPORTS):
        return None  # reports from several cities
    district = district or _majority(districts, MAJORITY_OF_DISTRICTS)
    if town and not district and districts:
        town = None
    city = (city_by_district.get(district) or (cities_on_page or {}).get(district) or _in_table(district, cities)) if district else None
    city = city or _majority(cities, 1.0 if district else MAJORITY_OF_CITIES)
    if not district and city and f"{city}市" not in text:
        city = None
    return (f"{city}市" if city else "") + (district or "") + (town or "") or None


def cities_of_districts(text: str) -> dict[str, str]:
    """Return the city of each district that *text* names right after its city: `杭州市上城区`, `杭州建德市`."""
    return _cities_of_districts(text, CITY.finditer(text))


def _without_suffix(text: str, mentions: Iterable[re.Match[str]]) -> Counter[str]:
    """Count the districts that *text* names without their suffix, right after their city: `舟山嵊泗`."""
    below = ((city[1], text[city.end() : city.end() + 3]) for city in mentions)
    return Counter(
        FULL_NAMES[city, name[:2]] for city, name in below if (city, name[:2]) in FULL_NAMES and name[2:] != FULL_NAMES[city, name[:2]][-1]
    )


def _in_table(district: str, cities: Counter[str]) -> str | None:
    """Return the city of a district in the table, unless another city that the text does not name has such a district as well."""
    city = CITY_OF.get(district)
    return city if city in cities or district not in ELSEWHERE else None


def _cities_of_districts(text: str, mentions: Iterable[re.Match[str]]) -> dict[str, str]:
    city_by_district: dict[str, str] = {}
    for city in mentions:
        unit = UNIT_BELOW.match(text, city.end(), city.end() + 6)
        name = unit[0].removeprefix("与") if unit else ""
        if len(name) > 2 and name[-2] not in NO_DISTRICT and not OF_DISTRICT.search(name[:-1]):
            city_by_district.setdefault(name, city[1])
        elif FULL_NAMES.get((city[1], text[city.end() : city.end() + 2])):
            city_by_district.setdefault(FULL_NAMES[city[1], text[city.end() : city.end() + 2]], city[1])
    return city_by_district


def counted_names(text: str, suffix: re.Pattern[str], excluded: re.Pattern[str], is_unit: Callable[[str], bool]) -> Counter[str]:
    """Count the names of *text* that end in *suffix*, without those that match *excluded*.

    The two or three characters before a suffix may be the name. Each cut at a clean border is a vote for its name, and each mention
    counts for the name with most votes, if it has two. One vote is enough for a name in the table, or right after a bigger unit
    (*is_unit*: whether the text before the name ends in one).
    """
    mentions: list[list[str]] = []
    votes: defaultdict[str, int] = defaultdict(int)
    for ending in suffix.finditer(text):
        run = NOT_HAN.split(text[max(0, ending.start() - 8) : ending.start()])[-1]
        candidates: list[str] = []
        for size in (2, 3):
            word, before = run[-size:], run[:-size]
            if len(word) < size or word[0] in FUNCTION or excluded.search(word) or word in CITIES:
                continue
            name = word + ending[0]
            candidates.append(name)
            votes[name] += 2 if name in CITY_OF or is_unit(before) else _is_border(before)
        mentions.append(candidates)
    winners = (max(candidates, key=lambda name: votes[name], default="") for candidates in mentions)
    return Counter(name for name in winners if votes[name] > 1)


def _ends_in_city(before: str) -> bool:
    bare = before.removesuffix("市")
    return bare[-2:] in CITIES or bare[-3:] in CITIES or bare[-4:] in CITIES


def _ends_in_unit(before: str) -> bool:
    return before.endswith(("市", "区", "县")) or _ends_in_city(before)


def _is_border(before: str) -> bool:
    """Whether a name may begin after *before*: nothing, or a word that may come right before names."""
    return not before or before[-1] in FUNCTION


def _district_of(town: str, text: str, districts: Counter[str]) -> str | None:
    """Return the district that most often comes right before the name of the town."""
    beside = Counter({district: text.count(district + town) for district in districts})
    return next((district for district, count in beside.most_common(1) if count), None)


def _majority(counts: Counter[str], share: float) -> str | None:
    """Return the name with most counts if it has at least this *share* of all, else None."""
    best = counts.most_common(1)
    return best[0][0] if best and best[0][1] >= share * counts.total() else None
