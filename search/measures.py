"""Words for what was done: those of the found passages that tell them apart, and that stand where measures are told.

    passages ──▶ words and short phrases: 加装电梯, “错时共享”, 议事会   ──▶ the few that say most, each as it is printed
                 less those of the question, of places and of people

Nothing is sorted into categories: a word is a measure here if two articles or more print it, if it is rare elsewhere, and if it stands
in a clause that says what somebody did (设立, 推行, 改造 …) or in quotation marks, as new names do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.text.tokens import Word, normalised, tagged_words
from search.results import Hit

if TYPE_CHECKING:
    from index.encoders.static import StaticEncoder

MOST_MEASURES = 8  # columns that a reader takes in at once
LONGEST_PHRASE = 3  # words
COMMON = 0.8  # share of the passages from which on a word tells none of them apart
FEW = 4  # passages below which that share means nothing
RAREST = 8.0  # inverse document frequency from which on a word is as rare as any: above are names and misreadings
RARE_WORD = 4.5  # inverse document frequency below which a word says nothing of its own: 服务, 发展, 建设
RARE_VERB = 5.5  # inverse document frequency of a verb that stands for a measure by itself: 送餐, but not 进行
ELSEWHERE = 0.3  # what an occurrence outside a clause of measures counts, against 1
QUOTED = 1.5  # what one in quotation marks counts
ALIKE = 0.8  # share of passages that two words have in common from which on one of them is enough

CLAUSE = re.compile(r"[^，。；：！？,;:!?…\n]+")
QUOTATION = re.compile(r"[“「『]([^“”「」『』，。；：、！？,;:!?\s]{2,10})[”」』]")
# What stands before what was done.
DONE_WORDS = """
    建立 设立 成立 组建 建成 建设 打造 搭建 构建 推行 推出 推广 实行 实施 试行 试点 开展 开设 开通 开办 开发 开放 引入 引进 引导
    安装 加装 增设 新增 增加 增配 设置 配备 配置 配建 改造 改建 改为 修建 修缮 新建 扩建 划定 划分 划出 规划 制定 制订 出台 印发
    发布 签订 签约 组织 发动 邀请 聘请 招募 培训 投入 投资 投放 拨款 补贴 补助 奖励 发放 减免 免除 整合 联合 联动 对接 衔接 启动
    创新 创建 探索 采用 采取 运用 利用 借助 依托 通过 盘活 腾出 腾退 拆除 清理 清运 整治 疏通 取消 简化 优化 压缩 合并 下放 下沉
    公开 公示 上门 巡查 巡逻 检查 排查 督查 处罚 查处 罚款 约谈 调解 协商 召开 举办 提供 搭 建 设 推 办
"""
# To whom or where something was done, and words for measures as such.
PLAIN_WORDS = """
    居民 群众 市民 村民 业主 住户 老人 老年人 大家 负责人 相关负责人 记者 工作人员 书记 主任 主席 师傅 车主 阿姨 大爷 大妈 先生 女士
    孩子 家长 学生 人们 人员 社区 小区 街道 村庄 全市 全区 全县 全镇 全村 全省 全国 城市 农村 工作 问题 情况 方面 时间 方式 方法
    办法 措施 作用 效果 成效 过程 部门 单位 近年来 目前
"""
DONE = frozenset(DONE_WORDS.split())
PLAIN = frozenset(PLAIN_WORDS.split())
ENDINGS = frozenset("员制站点桩室队会岗栏卡券箱柜亭厅屋房网群榜墙法")  # a syllable that ends a word: 网格员, 积分制
NOUNS = ("n", "nz", "ng", "vn", "l", "j", "i", "nt", "eng", "x")
BEFORE_NOUNS = (*NOUNS, "v", "a")

Rarity = Callable[[str], float]  # the inverse document frequency of a word; higher is rarer


@dataclass(slots=True)
class _Candidate:
    """A word or phrase: as it is printed, how rare it is, and what its best occurrence in each passage counts."""

    printed: str
    rarity: float
    counts: dict[int, float] = field(default_factory=dict)


def measures(question: str, hits: Sequence[Hit], rarity: Rarity, most: int = MOST_MEASURES) -> tuple[str, ...]:
    """Return at most *most* words for what was done in the passages of *hits*, best first: each stands in some of them, as it is printed.

    They are chosen one by one, so that each adds passages to those that the words before it stand in.
    """
    least = 2 if len({hit.article for hit in hits}) > 2 else 1
    places = "\n".join({place for hit in hits for place in (hit.citation.place or "", *hit.citation.places)})
    told = (normalised(question), places)
    candidates = {
        name: candidate
        for name, candidate in _candidates(hits, rarity).items()
        if len(candidate.counts) >= least and name not in PLAIN and not any(name in text for text in told)
    }
    texts = [normalised(hit.text) for hit in hits]
    holders = {name: frozenset(number for number, text in enumerate(texts) if stands_in(name, text)) for name in candidates}
    usable = [
        name
        for name, passages in holders.items()
        if len({hits[number].article for number in passages}) >= least and (len(hits) < FEW or len(passages) <= COMMON * len(hits))
    ]
    chosen: list[str] = []
    covered = [0] * len(hits)
    while usable and len(chosen) < most:
        best = max(usable, key=lambda name: (_gain(candidates[name], covered), len(name), name))
        chosen.append(best)
        for number in holders[best]:
            covered[number] += 1
        usable = [name for name in usable if not _alike(name, best, holders)]
    return tuple(candidates[name].printed for name in chosen)


def rarity_by(lexicon: StaticEncoder) -> Rarity:
    """Return how rare a word is by the shipped static model; a word of which it knows no piece is as rare as any."""

    def rarity(word: str) -> float:
        ids = lexicon.words([word])[0].ids
        return float(lexicon.weights(ids).mean()) if len(ids) else RAREST

    return rarity


def _gain(candidate: _Candidate, covered: Sequence[int]) -> float:
    """Return what a word adds: its rarity for each passage, less where chosen words stand already."""
    return candidate.rarity * sum(count / (1 + covered[number]) for number, count in candidate.counts.items())


def _alike(name: str, chosen: str, holders: dict[str, frozenset[int]]) -> bool:
    """Whether a word says what a chosen one says: one is part of the other, or nearly the same passages hold both."""
    shared = len(holders[name] & holders[chosen])
    return name in chosen or chosen in name or shared >= ALIKE * len(holders[name] | holders[chosen]) > 1


def _candidates(hits: Sequence[Hit], rarity: Rarity) -> dict[str, _Candidate]:
    """Return the words and phrases of the passages by their normalised form."""
    known: dict[str, float] = {}
    found: dict[str, _Candidate] = {}

    def add(name: str, printed: str, number: int, count: float, rare: float) -> None:
        candidate = found.setdefault(name, _Candidate(printed, min(rare, RAREST)))
        candidate.counts[number] = max(count, candidate.counts.get(number, 0.0))

    def rare(word: str) -> float:
        if word not in known:
            known[word] = rarity(word)
        return known[word]

    for number, hit in enumerate(hits):
        for match in QUOTATION.finditer(hit.text):
            add(normalised(match[1]), match[1], number, QUOTED, RAREST)
        for match in CLAUSE.finditer(hit.text):
            words = tagged_words(match[0])
            done = next((place for place, (word, _) in enumerate(words) if word.text in DONE), len(words))
            for first, last in _phrases(words, done, rare):
                pieces = [word.text for word, _ in words[first : last + 1]]
                printed = match[0][words[first][0].start : words[last][0].end]
                weights = sorted(map(rare, pieces), reverse=True)
                if weights[0] < RARE_WORD:
                    continue
                count = 1.0 if last >= done else ELSEWHERE
                add(normalised(printed), printed, number, count, weights[0] + sum(weights[1:]) / 2)
    return found


def _phrases(words: Sequence[tuple[Word, str]], done: int, rare: Rarity) -> Iterator[tuple[int, int]]:
    """Yield the first and last word of each stretch of a clause that may name a measure: nouns with what stands before them, and rare
    verbs after a word for what was done, which is the word number *done*."""
    for last, (word, tag) in enumerate(words):
        ending = word.text in ENDINGS
        if tag == "v" and last > done and len(word.text) > 1 and rare(word.text) >= RARE_VERB:
            yield last, last
        if (not tag.startswith(NOUNS) or tag in ("nr", "ns") or len(word.text) < 2) and not ending:
            continue
        if not ending:
            yield last, last
        for first in range(last - 1, max(-1, last - LONGEST_PHRASE), -1):
            before, kind = words[first]
            if before.end != words[first + 1][0].start or len(before.text) < 2 or kind not in BEFORE_NOUNS or before.text in PLAIN:
                break
            if kind == "v" and before.text not in DONE and rare(before.text) < RARE_WORD:
                break
            yield first, last


def stands_in(name: str, text: str) -> bool:
    """Whether a text holds a word, both normalised; a Latin word as a whole, as the operator of exact words reads it."""
    return any(occurrences(name, text)) if name.isascii() else name in text


def occurrences(name: str, text: str) -> Iterator[re.Match[str]]:
    """Yield where a word stands in a text, both normalised."""
    whole = rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])" if name.isascii() else re.escape(name)
    return re.finditer(whole, text)
