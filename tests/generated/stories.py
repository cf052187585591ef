"""Stories that no newspaper printed: titles, names, places and running text, made from a seed.

Their sentences are put together from small lists, so that nothing comes from a page that the reader was fitted to. `from_corpora`
takes running text of other kinds instead.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from index.training.data import held_out
from tests.generated import reports

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓冯韩曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石"
GIVEN = "伟芳娜敏静丽强磊洋艳勇军杰娟涛超明霞秀英华慧建文辉力健俊帆雪荣爱浩凯瑜珊婷宇晨佳琪雨欣嘉怡子轩梦瑶思源志鹏海燕春梅"
PLACE_FIRST, PLACE_LAST = "临望清云安锦松柏梅兰竹桐荷雁鹤", "湖溪川塘浦岭山泉潭桥洲港"
CITIES, WHEN, WHO, DID, WHAT, RESULT, TITLE_VERB, TITLE_NOUN, SUBHEAD = (
    row.split()
    for row in (
        "杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 台州 丽水 苏州 无锡 常州 合肥 芜湖 福州 厦门 南昌 济南 青岛 郑州 武汉 长沙 成都",
        "近日， 今年以来， 去年年底， 为此， 与此同时， 据了解， 随后， 在试点过程中， 如今， 接下来，",
        "社区党委 街道办事处 小区业委会 网格员队伍 志愿服务队 物业公司 村委会 综合执法中队 调解委员会 居民议事会",
        "搭建了 完善了 推出了 建立了 试行了 落实了 组织实施了 开展了 升级了 打造了",
        "议事协商平台 垃圾分类积分制 电动自行车集中充电点 老年食堂助餐服务 楼道微改造项目 停车位错时共享机制 矛盾纠纷调解室 "
        "党员先锋岗 夜间巡逻制度 便民服务清单 儿童友好活动空间 雨污分流工程 老旧电梯更新方案 数字化管理系统",
        "居民的获得感不断增强 投诉量下降了三成 办事时间缩短到十分钟 二十多个老大难问题得到解决 参与率超过了百分之九十 "
        "环境面貌明显改善 邻里关系更加融洽 每年节约经费近二十万元 十二个小区先后受益 许多老人不用再下山就医",
        "激活 守护 绘就 擦亮 织密 点亮 做优 破解 拓宽 提升",
        "小区治理新图景 民生幸福底色 基层善治之路 群众服务网络 邻里和谐密码 老街新活力 乡村振兴画卷 居民安心港湾",
        "聚力破题 凝心共治 数字赋能 机制先行 服务上门 文化润心 产业兴村 人才回归 环境焕新 共建共享",
    )
)
SAID = ("“以前下雨天出门很不方便，现在路平了，灯也亮了。”", "“大家坐下来慢慢谈，总能找到办法。”", "“我们不怕麻烦，就怕没人管。”")
ENDS = re.compile(r"[。！？；：…”]$")


@dataclass(slots=True)
class Story:
    """A story as its author wrote it, before it is set on a page."""

    title: str
    kicker: str
    subtitle: str
    authors: list[str]
    place: str
    paragraphs: list[str]
    subheads: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Stock:
    """The source of paragraphs and titles; each call depends on *random* only."""

    paragraph: Callable[[Random], str]
    title: Callable[[Random], str]
    shelf: reports.Shelf = field(default_factory=reports.written)


def made_up() -> Stock:
    """Return the stock of made-up sentences."""
    return Stock(_paragraph, lambda random: f"{_phrase(random)} {_phrase(random)}")


def from_corpora(folder: Path) -> Stock:
    """Return a stock of paragraphs and titles of `shenlun_materials` and `xwlb_news` that are held out of all training."""
    texts, titles = [], []
    for name in ("shenlun_materials", "xwlb_news"):
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if not held_out(str(row.get("text", ""))):
                    continue
                texts += [text.strip() for text in str(row.get("text", "")).split("\n") if _is_running(text.strip())]
                title = str(row.get("title") or "").strip()
                if name == "xwlb_news" and re.fullmatch(r"[一-鿿“” ]{8,26}", title):
                    titles.append(title)
    return Stock(lambda random: random.choice(texts), lambda random: random.choice(titles), reports.from_corpora(folder))


def story(random: Random, stock: Stock, paragraphs: int = 6) -> Story:
    """Return a story; it names its place in full at the beginning and its street again at the end, as reports do."""
    city, district, street = random.choice(CITIES), _unit(random) + "区", _unit(random) + "街道"
    texts = [stock.paragraph(random) for _ in range(paragraphs)]
    texts[0] = f"近日，{city}市{district}{street}{random.choice(DID)}{random.choice(WHAT)}，{random.choice(RESULT)}。" + texts[0]
    texts[-1] = f"据{street}相关负责人介绍，{random.choice(RESULT)}。" + texts[-1]
    return Story(
        title=stock.title(random),
        kicker=_phrase(random),
        subtitle=f"——{district}{street}基层治理见闻",
        authors=[name(random) for _ in range(random.randint(1, 3))],
        place=f"{city}市{district}{street}",
        paragraphs=texts,
        subheads=[(" ".join(random.sample(SUBHEAD, 2)), _phrase(random)) for _ in range(3)],
    )


def name(random: Random) -> str:
    """Return the name of a person: a surname and one or two characters."""
    return random.choice(SURNAMES) + "".join(random.sample(GIVEN, random.choice((1, 2, 2))))


def short(random: Random) -> str:
    """Return two words of four characters: `聚力破题 凝心共治`."""
    return " ".join(random.sample(SUBHEAD, 2))


def _unit(random: Random) -> str:
    return random.choice(PLACE_FIRST) + random.choice(PLACE_LAST)


def _phrase(random: Random) -> str:
    return random.choice(TITLE_VERB) + random.choice(TITLE_NOUN)


def _paragraph(random: Random) -> str:
    sentences = []
    for i in range(random.randint(1, 5)):
        opening = random.choice(WHEN) if i == 0 or random.random() < 0.3 else ""
        sentences.append(f"{opening}{random.choice(WHO)}{random.choice(DID)}{random.choice(WHAT)}，{random.choice(RESULT)}。")
    if random.random() < 0.3:
        sentences.insert(random.randrange(len(sentences) + 1), random.choice(SAID) + f"居民{name(random)}说。")
    return "".join(sentences)


def _is_running(text: str) -> bool:
    return 40 <= len(text) <= 400 and bool(ENDS.search(text)) and "\t" not in text and not re.match(r"[\d一二三四五（(【#]", text)
