"""Other kinds of pages: with furniture, in English, of lists, of tables."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random
from typing import Any

from tests.generated.reports import Report
from tests.generated.sheet import Sheet, inside, record
from tests.generated.stories import PLACE_FIRST, PLACE_LAST, name
from tests.generated.unmarked import Look, a_look, banner, set_heads, set_report, set_text

PAGE_NUMBERS = ("— {} —", "- {} -", "第 {} 页 共 {last} 页", "第{}页/共{last}页", "{}", "·{}·", "{}/{last}", "— {} —", "Page {} of {last}")
RUNNING_HEADS = ("{place}人民政府公报　2024年第{}期", "{place}年鉴（2023）", "{place}民生实事进展通报", "内部资料 注意保存")
DISCLAIMERS = ("本资料仅供参考，不作为执法依据。", "未经许可不得转载", "免责声明：本刊观点不代表主办单位立场。")
EMBEDS = (
    "![[附件/图{}.png]]",
    "![](images/8f3a{}c.jpg)",
    "![image-{}](https://img.example.org/p/{}.jpeg)",
    '<img src="img_{}.jpg" width="600"/>',
)
WEB_TOP = ("首页 > 新闻中心 > 区县动态", "当前位置：首页 / 政务公开 / 工作动态", "字号：大 中 小 打印 收藏")
WEB_END = ("上一篇：没有了", "下一篇：关于开展春季植树活动的通知", "分享到：微信 微博 QQ空间", "【打印本页】【关闭窗口】", "返回顶部")
WEB_FOOT = ("版权所有：{place}人民政府 备案号：浙ICP备1203{}号", "网站地图 | 联系我们 | 关于本站")
NUMBERS = ("{}府办〔{}〕{}号", "{}政发[{}]{}号", "{}民〔{}〕{} 号", "{}城管（{}）{}号")
CHAPTERS = ("第一章　总则", "第二章　职责分工", "第三章　监督管理", "第四章　附则")
SURNAMES = ["Smith", "Turner", "Okafor", "Walsh", "Patel", "Grant", "Moreno", "Fischer", "Lindqvist", "Baker"]
FIRST_NAMES = ["John", "Mary", "Peter", "Agnes", "Samuel", "Ruth", "Daniel", "Clara", "Henry", "Grace"]
TOWNS = ["Ashford", "Millbrook", "Westport", "Harlow", "Kingsbridge", "Norwood"]


def set_furniture(sheet: Sheet) -> None:
    """Set articles on several sheets with their edges, or a saved web page, or with embedded pictures."""
    look = replace(a_look(sheet.random), marks=("# ", "") if sheet.chance(0.6) else ("", ""), headed=0.0)
    sheet.random.choice((_set_sheets, _set_sheets, _set_web_page, _set_pictures))(sheet, look)


def _set_sheets(sheet: Sheet, look: Look) -> None:
    """Set articles over the edges of sheets, which stand between paragraphs or inside a sentence."""
    random, number = sheet.random, sheet.random.randint(1, 40)
    form, last = random.choice(PAGE_NUMBERS), number + random.randint(6, 20)
    head = random.choice(RUNNING_HEADS).format(random.randint(1, 12), place=_town(random) + "县") if random.random() < 0.8 else ""
    disclaimer = random.choice(DISCLAIMERS) if random.random() < 0.3 else ""
    gap = random.choice((0, 1))

    def edge() -> None:
        nonlocal number
        banner(sheet, [text for text in (disclaimer, form.format(number, last=last)) if text], gap)
        number += 1
        if head:
            banner(sheet, [head], gap)

    for _ in range(random.randint(3, 5)):
        _set_with(sheet, look, sheet.report(), edge, 0.45)


def _set_pictures(sheet: Sheet, look: Look) -> None:
    """Set articles with embedded pictures that have no text."""
    form = sheet.random.choice(EMBEDS)

    def picture() -> None:
        number = sheet.random.randint(10, 99)
        banner(sheet, [form.format(number, number)], sheet.random.choice((0, 1)))

    for _ in range(sheet.random.randint(3, 5)):
        _set_with(sheet, look, sheet.report(), picture, 0.35)


def _set_web_page(sheet: Sheet, look: Look) -> None:
    """Set one article between what a browser saves with it."""
    random = sheet.random
    for text in random.sample(WEB_TOP, 2):
        banner(sheet, [text], look.between)
    set_report(sheet, look, sheet.report())
    for text in random.sample(WEB_END, random.randint(2, 4)):
        banner(sheet, [text], look.between)
    for text in random.sample(WEB_FOOT, 1):
        banner(sheet, [text.format(random.randint(1000, 9999), place=_town(random) + "县")], look.between)


def _set_with(sheet: Sheet, look: Look, report: Report, between: Any, share: float) -> None:
    """Set an article; before some paragraphs, or inside their sentences, stands what *between* sets."""
    gold = set_heads(sheet, look, report)
    for at, text in enumerate(report.paragraphs):
        gap = look.between if at else look.below
        places = inside(text)
        if not sheet.chance(share):
            set_text(sheet, look, gold, text, gap)
        elif sheet.chance(0.5) and places:
            cut = sheet.random.choice(places)
            upper = sheet.put(look.indent + text[:cut], gap)
            between()
            record(gold, text, [upper, sheet.put(text[cut:], sheet.random.choice((0, 1)))])
        elif at:
            between()
            set_text(sheet, look, gold, text, max(1, gap))
        else:
            set_text(sheet, look, gold, text, gap)
    sheet.articles.append(gold)


def set_english(sheet: Sheet) -> None:
    """Set articles of an English newspaper: capitals, bylines, datelines, lines that end within a word."""
    random = sheet.random
    look = replace(a_look(random), indent="", opened=0.0, signed=0.0)
    capitals, signed, dated = random.random() < 0.6, random.random() < 0.6, random.random() < 0.5
    width = random.choice((0, random.randint(32, 48), random.randint(49, 72)))
    reports = random.sample(list(sheet.lot.english), random.randint(3, 4))
    for report in reports:
        title = report.title.upper() if capitals else report.title
        gold = set_heads(sheet, look, Report(title, []))
        if signed and random.random() < 0.8:
            author = f"{random.choice(FIRST_NAMES)} {random.choice(SURNAMES)}"
            author = author.upper() if random.random() < 0.4 else author
            gold["authors"], gold["byline_text"] = [author], f"By {author}"
            gold["byline_lines"] = [sheet.put(gold["byline_text"], look.below)] * 2
        for at, text in enumerate(report.paragraphs):
            if not at and dated:
                text = f"{random.choice(TOWNS).upper()}, March {random.randint(2, 30)} — {text}"
            lines = _english_lines(random, text, width) if width else [text]
            gap = look.between if at else look.below
            record(gold, text, [sheet.put(line, 0 if number else gap) for number, line in enumerate(lines)])
        sheet.articles.append(gold)


def _english_lines(random: Random, text: str, width: int) -> list[str]:
    """Return *text* in lines of at most *width* characters; some words are divided by a hyphen."""
    lines, line = [], ""
    for word in text.split():
        room = width - len(line) - bool(line)
        if len(word) <= room:
            line += " " * bool(line) + word
            continue
        cut = random.randint(3, max(3, min(room - 1, len(word) - 3))) if room >= 5 else 0
        if cut and re.fullmatch("[a-z]{7,}[,.]?", word) and random.random() < 0.8:
            lines.append(f"{line}{' ' * bool(line)}{word[:cut]}-")
            line = word[cut:]
        else:
            lines.append(line)
            line = word
    return [*lines, line]


def set_lists(sheet: Sheet) -> None:
    """Set a regulation item by item, or a notice with numbered items, beside another article."""
    look = replace(a_look(sheet.random), marks=("# ", "") if sheet.chance(0.4) else ("", ""), opened=0.0, signed=0.0)
    if sheet.lot.laws and sheet.chance(0.6):
        _set_law(sheet, look, sheet.random.choice(sheet.lot.laws))
    else:
        _set_notice(sheet, look)
    if sheet.chance(0.5):
        set_report(sheet, look, sheet.report())


def _set_law(sheet: Sheet, look: Look, law: Report) -> None:
    gold = set_heads(sheet, look, law)
    chapters = sheet.chance(0.5)
    size = max(3, len(law.paragraphs) // len(CHAPTERS) + 1)
    for at, text in enumerate(law.paragraphs):
        if chapters and at % size == 0:
            _subhead(sheet, gold, CHAPTERS[at // size], look.above)
        set_text(sheet, look, gold, text, look.between if at else look.below)
    sheet.articles.append(gold)


def _set_notice(sheet: Sheet, look: Look) -> None:
    random, town = sheet.random, _town(sheet.random)
    subject, lead, items = random.choice(NOTICES)
    number = random.choice(NUMBERS).format(town[0], random.randint(2019, 2025), random.randint(1, 180))
    numbered = Report(f"{town}区{subject}", [], subtitle=number if random.random() < 0.8 else "")
    gold = set_heads(sheet, replace(look, headed=1.0), numbered)
    texts = ["各街道办事处，区级有关单位："] if random.random() < 0.5 else []
    texts.append(lead.format(town=town))
    first, second = random.choice((("（{}）", 1), ("{}、", 1), ("{}.", 0), ("（{}）", 0)))
    numbers = "一二三四五六七八九" if second else "123456789"
    texts += [first.format(number) + item for number, item in zip(numbers, items, strict=False)]
    if random.random() < 0.5:
        texts += [f"{town}区人民政府办公室", f"2024年{random.randint(1, 12)}月{random.randint(1, 28)}日"]
    for at, text in enumerate(texts):
        set_text(sheet, look, gold, text, look.between if at else look.below)
    sheet.articles.append(gold)


def set_tables(sheet: Sheet) -> None:
    """Set an article with a table: with pipes, tabs or tags; its rows are paragraphs, its header is not."""
    random = sheet.random
    look = replace(a_look(random), marks=("# ", "") if sheet.chance(0.6) else ("", ""), indent="", opened=0.0, signed=0.0)
    town = _town(random)
    title, header, rows = _cells(random)
    gold = set_heads(sheet, look, Report(f"{town}区{title}", []))
    set_text(sheet, look, gold, f"近日，{town}区公布了{title}，全文如下，欢迎居民监督。", look.below)
    if sheet.chance(0.6):
        _subhead(sheet, gold, f"表1 {title}", max(1, look.between))
    {"pipes": _pipes, "tabs": _tabs, "tags": _tags}[random.choice(("pipes", "tabs", "tags"))](sheet, gold, header, rows)
    set_text(sheet, look, gold, "各镇应于每季度末上报进展，由区财政局汇总后向社会公开。", 1)
    sheet.articles.append(gold)
    if sheet.chance(0.5):
        set_report(sheet, look, sheet.report())


def _pipes(sheet: Sheet, gold: dict[str, Any], header: list[str], rows: list[list[str]]) -> None:
    _subhead(sheet, gold, f"| {' | '.join(header)} |", 1)
    if sheet.chance(0.8):
        _subhead(sheet, gold, f"|{'---|' * len(header)}", 0)
    for row in rows:
        _row(gold, row, f"| {' | '.join(row)} |", sheet.put(f"| {' | '.join(row)} |", 0))


def _tabs(sheet: Sheet, gold: dict[str, Any], header: list[str], rows: list[list[str]]) -> None:
    _subhead(sheet, gold, "\t".join(header), 1)
    for row in rows:
        _row(gold, row, "\t".join(row), sheet.put("\t".join(row), 0))


def _tags(sheet: Sheet, gold: dict[str, Any], header: list[str], rows: list[list[str]]) -> None:
    """Set a table in one line of tags."""
    tagged = ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in (header, *rows)]
    line = sheet.put(f"<table>{''.join(tagged)}</table>")
    gold["subheads"].append("".join(header))
    gold["subhead_details"].append({"lines": [line, line], "header": True})
    for row in rows:
        _row(gold, row, "".join(row), line)


def _row(gold: dict[str, Any], cells: list[str], text: str, line: int) -> None:
    """Record a row; it may be quoted with what is drawn between its cells or without."""
    record(gold, text, [line])
    joined = [separator.join(cells) for separator in ("", " | ", "|", "><", "</td><td>")]
    gold["paragraphs"][-1]["alt_texts"] = [*joined, text.strip("| "), f"<tr><td>{'</td><td>'.join(cells)}</td></tr>"]


def _cells(random: Random) -> tuple[str, list[str], list[list[str]]]:
    title, first, *others = random.choice(
        (
            ("窨井盖整治经费安排表", "镇名", "数量（个）", "经费（万元）", "完成时限"),
            ("老旧小区加装电梯计划表", "小区名称", "楼栋", "台数", "责任单位"),
            ("农村公路养护任务表", "路段", "里程（公里）", "养护人员", "费用（万元）"),
        )
    )
    units = random.sample([a + b for a in PLACE_FIRST for b in PLACE_LAST], random.randint(3, 7))
    values = {
        "完成时限": lambda: f"2024年{random.randint(3, 12)}月",
        "责任单位": lambda: f"{_town(random)}街道",
        "养护人员": lambda: name(random),
    }
    rows = [[unit + {"镇名": "镇", "小区名称": "苑", "路段": "线"}[first]] for unit in units]
    for row in rows:
        row += [values.get(column, lambda: str(random.randint(3, 980)))() for column in others]
    return title, [first, *others], rows


def _subhead(sheet: Sheet, gold: dict[str, Any], text: str, gap: int) -> None:
    line = sheet.put(text, gap)
    gold["subheads"].append(text)
    gold["subhead_details"].append({"lines": [line, line]})


def _town(random: Random) -> str:
    return random.choice(PLACE_FIRST) + random.choice(PLACE_LAST)


NOTICES = (
    (
        "关于规范犬只管理的通告",
        "为规范养犬行为，{town}区决定自下月起在建成区内实行登记管理，下列行为予以禁止：",
        ("在学校、医院内饲养犬只；", "携带未束绳的犬只外出；", "不清理犬只在公共场所的粪便；", "遗弃犬只。"),
    ),
    (
        "关于申请困难家庭临时救助的通知",
        "为做好冬春救助工作，现就有关事项通知如下。申请人应当提交下列材料：",
        ("身份证明和户口簿复印件；", "近三个月的收入证明；", "医疗费用票据原件；", "社区居委会出具的意见。"),
    ),
    (
        "关于开展燃气安全检查的通知",
        "近期，居民家中燃气事故时有发生。{town}区将从本周起入户检查，重点检查以下内容：",
        (
            "软管是否老化、超长或穿墙；",
            "灶具有无熄火保护装置；",
            "厨房是否装有报警器且能正常使用；",
            "是否在卧室内存放气瓶；",
            "气瓶是否超过检验期限。",
        ),
    ),
    (
        "公共自行车服务管理办法",
        "使用公共自行车的市民，应当遵守下列规定，违反规定的，运营单位可以暂停其使用资格：",
        (
            "年满十六周岁方可租用；",
            "不得载人；",
            "借出以后一小时内归还的免费，超过一小时的每小时收费一元；",
            "停放在指定的桩位；",
            "损坏车辆的照价赔偿。",
        ),
    ),
)
