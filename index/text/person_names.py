"""Recognise person names: a string in, its names out, such as those in `王鹏 黄智`, `(任龙汪靖福)`, `本报记者 张三 通讯员 李四`.

Nothing marks a Chinese name: only its surname, its length and the words around it distinguish it from other short words. So
everything here rests on one table of surnames, the commonest first.
"""

from __future__ import annotations

import re
from functools import lru_cache

# The commonest surnames in order: the first hundred as counted by the Ministry of Public Security (2020), then those of the 百家姓.
# The order matters: where a run of characters can be cut into names in two ways, the commoner surnames win.
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏"
    "付方邹熊白孟秦邱侯江尹薛闫段雷黎龙史陶贺毛郝顾龚邵万覃武钱戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟申殷詹欧耿关兰焦"
    "俞左柳甘祝包宁符阮尚舒纪梅童凌毕单裴霍涂成苗谷盛曲翁冉骆蓝路游靳辛欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦"
    "褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁"
    "胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺严游肖楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁都芮普"
    "阙浦戈伏鹿薄邸雍辜羊母裘阿乌修邓宿邰束茅荀水邴幸仰从竺须淦贝宓蔚越岑竹钮沃堵璩濮寿通隆暨鄂咸籍赖阎洪毋水应柯"
)
TWO = """
    欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 慕容 司徒 令狐 夏侯 端木 轩辕 南宫 独孤 长孙 宇文 申屠 太史 呼延 澹台
    公冶 濮阳 淳于 单于 钟离 闾丘 司空 第五 百里 东郭
"""
COMPOUND = frozenset(TWO.split())
RANK = {surname: rank for rank, surname in reversed(list(enumerate(SURNAMES)))}  # 0 for the commonest

# Words before names; one of them is enough to show that a line is a byline.
ROLES = re.compile(
    r"(?:本报|本刊|本网|全媒体|融媒体?|特约|首席|见习|实习|驻[一-鿿]{2,4})*(?:记者|通讯员|评论员|撰稿人?|实习生|特派员)"
    r"|(?<![一-鿿])(?:文|图|文字|摄影|撰文|作者|编辑|整理|供稿)(?:[/／|:：]|(?=\s))"  # `李明文 王鹏` are two names
)
MARKS_AROUND = "□■●○◎▲△◆◇★☆●—-–·　 \t/／|:：,，、;；&＆和"
# Roles of the staff who made a page.
DESK = r"(?:责任编辑|责编|值班编辑|本[文版]编辑|编辑|编审|审读|校对|版式(?:设计)?|美术编辑|美编|版面|组版|值班主任|统筹)"
EDITOR = re.compile(
    r"[(（【\[]?\s*(?:责任编辑|责编|值班编辑|本文编辑|编审|校对)\s*[：:/／|\s].{2,30}"
)  # a line that names staff, not authors
ENGLISH_BYLINE = re.compile(r"[*_]{0,2}[Bb][Yy]:? ((?:[A-Z][\w.'’-]*)(?:(?:,? and |, | )(?:[A-Z][\w.'’-]*)){0,7})[*_]{0,2}")
STAFF = re.compile(  # a byline, or a part of one, that names a role and nobody: `By Our Own Correspondent`, `Staff Reporter`
    r"(?:(?:by|from):?\s+)?(?:(?:an?|our|the)\s+)?(?:(?:own|special|staff|senior|chief|news|local|city|district)\s+)*"
    r"(?:correspondent|reporter|staff writer|special writer|writer)s?",
    re.IGNORECASE,
)
LABELLED_AUTHOR = re.compile(r"(?:作者|记者|撰文|撰稿)\s*[：:]\s*([一-鿿·、 ]+?)(?=\s+[^\s：:]{1,6}[：:]|\s*[^一-鿿·、 ]|\s*$)")
BETWEEN = re.compile(r"[\s　、，,;；/／|&＆]+")
NO_BYLINE = re.compile(rf"[^一-鿿•\s|&＆/／、，；{re.escape(MARKS_AROUND)}]")  # a character that no byline has: a quick first check
OF_ROLES = re.compile(r"[者员稿生人\s/／|:：]")  # every match of ROLES has one of these
# Words that begin with the character of a surname and are no names, by their last characters.
NOT_NAMES = re.compile(r"[省市区县镇乡村路街道局厅委办站所院校网报版社]$|[一-鿿](?:工作|服务|治理|发展|建设|活动|平台)$")
MOST_WORDS = 10  # words of a byline, set by hand: a longer row of short words is a list
LONGEST_RUN = 12  # characters of names without spaces, set by hand: four names of three characters
GIVEN = re.compile(r"[一-鿿㐀-䶿]{1,2}")


def surname(word: str) -> str | None:
    """Return the surname that *word* begins with, or None.

    >>> surname("欧阳修"), surname("陈松"), surname("我们")
    ('欧阳', '陈', None)
    """
    if word[:2] in COMPOUND and len(word) > 2:
        return word[:2]
    return word[0] if word[:1] in RANK else None


def is_name(word: str) -> bool:
    """Whether *word* can be the name of one person: a known surname and one or two more characters.

    >>> [is_name(word) for word in ("何定宸", "钱塘区", "我们走")]
    [True, False, False]
    """
    first = surname(word)
    return bool(first and GIVEN.fullmatch(word[len(first) :]) and not NOT_NAMES.search(word))


@lru_cache(maxsize=4096)
def split_names(run: str) -> tuple[str, ...]:
    """Return the names in a run of characters without spaces; () if *run* cannot be cut into names.

    >>> split_names("任龙汪靖福"), split_names("倪智海俞琳"), split_names("王鹏"), split_names("搭平台")
    (('任龙', '汪靖福'), ('倪智海', '俞琳'), ('王鹏',), ())
    """
    best: list[tuple[float, tuple[str, ...]] | None] = [None] * (len(run) + 1)
    best[0] = (0.0, ())
    for end in range(2, len(run) + 1):
        for size in (2, 3, 4):
            before = best[end - size] if end >= size else None
            word = run[max(0, end - size) : end]
            if before is None or not is_name(word):
                continue
            cost = before[0] + 1 + RANK.get(word[0], 0) / 100
            if best[end] is None or cost < best[end][0]:  # type: ignore[index]
                best[end] = (cost, (*before[1], word))
    cheapest = best[len(run)]
    return cheapest[1] if cheapest else ()


def _without_wide_spacing(words: list[str]) -> list[str]:
    """Return *words* with names repaired that were set wide to fill a column: `["杨", "雪"]` becomes `["杨雪"]`."""
    repaired: list[str] = []
    for word in words:
        if len(word) == 1 and repaired and len(repaired[-1]) == 1:
            repaired[-1] += word
        else:
            repaired.append(word)
    return repaired


def labelled_authors(text: str) -> tuple[str, ...]:
    """Return the authors that a line names after a label, or after an English *By*.

    >>> labelled_authors("2024-05-06 09:30 来源：浙江日报 作者：张三 编辑：李四"), labelled_authors("By Jane Doe and John Roe")
    (('张三',), ('Jane Doe', 'John Roe'))
    """
    english = ENGLISH_BYLINE.fullmatch(text)
    if english:
        return tuple(name for name in re.split(r",? and |, ", english[1]) if not STAFF.fullmatch(name))
    return tuple(name for label in LABELLED_AUTHOR.finditer(text) for name in byline_names(label[1]))


@lru_cache(maxsize=4096)  # several steps ask the same of each line
def byline_names(text: str, strict: bool = False) -> tuple[str, ...]:
    """Return the authors whose names make up *text*, or () if *text* is no byline.

    The table may lack a surname, and an OCR may misread one. So of several words, or after a role such as 记者, only half need a
    known surname. With *strict* every word needs one: for brackets, in which other things than names are common.

    >>> byline_names("□ 本报记者 王鹏 通讯员 荀筱筱"), byline_names("杨  雪"), byline_names("搭平台 建机制 畅渠道")
    (('王鹏', '荀筱筱'), ('杨雪',), ())
    """
    if NO_BYLINE.search(text) or EDITOR.fullmatch(text):
        return ()
    bare = (ROLES.sub(" ", text) if OF_ROLES.search(text) else text).strip(MARKS_AROUND)
    has_role = bare != text.strip(MARKS_AROUND)
    words = _without_wide_spacing([word for word in BETWEEN.split(bare) if word])
    if not words or len(words) > MOST_WORDS or any(not ("一" <= c <= "鿿" or c in "·•") for word in words for c in word):
        return ()
    if any(len(word) > LONGEST_RUN and "·" not in word for word in words):
        return ()  # a clause
    names: list[str] = []
    known = 0  # words that can be cut into names with known surnames
    for word in words:
        parts = split_names(word) if len(word) <= LONGEST_RUN else ()
        if parts:
            known += 1
            names.extend(parts)
        elif (2 <= len(word) <= 4 and not NOT_NAMES.search(word)) or "·" in word:
            names.append(word)
        else:
            return ()
    needed = len(words) if strict else (len(words) + 1) // 2 if has_role or len(words) > 2 else len(words)
    return tuple(names) if known >= needed or (has_role and known) else ()
