"""Pages by the conventions of other houses: a newspaper of the 1930s, an account of WeChat, an OCR program, a web page saved as text."""

from __future__ import annotations

from dataclasses import replace

from tests.generated.reports import Report
from tests.generated.sheet import Sheet, record
from tests.generated.stories import CITIES, name
from tests.generated.unmarked import Look, a_look, banner, replace_paragraphs, set_heads, set_report, set_text

OLD_MARKS = str.maketrans("，；：", "、、、")
OLD_SECTIONS = ("本埠新聞", "地方通訊", "各縣要訊", "本市新聞", "國內要電")
FRONT_MATTER = (
    ("primary_language: zh", "is_rotation_valid: True", "rotation_correction: 0", "is_table: False", "is_diagram: False"),
    ("title: scan_0{number}", "page: {number}", "engine: ocr-2.1", "confidence: 0.97"),
    ("source: 档案{number}号", "layout: two_columns", "tokens: 1{number}4"),
)
WEB_LINKS = ("首页", "政务公开", "新闻中心", "办事服务", "互动交流", "专题专栏")
SCRIPT = "<script>var hm = document.createElement('script'); if (1 < 2) {{ hm.src = '//s.example.org/{}.js'; }}</script>"
STYLE = "<style>.nav li {{ float: left; width: {}px; }} p {{ line-height: 2em; }}</style>"


def set_old(sheet: Sheet) -> None:
    """Set items of a newspaper of the 1930s: ▲ before headlines, 、 for most marks, no blank line anywhere."""
    random = sheet.random
    look = Look(0, 0, 0, headed=0.0, width=random.choice((0, 0, random.randint(16, 28))), marks=("▲", ""))
    banner(sheet, [random.choice(OLD_SECTIONS)], 0)
    for _ in range(random.randint(4, 7)):
        report = sheet.report()
        text = "".join(report.paragraphs[:2])
        set_report(sheet, look, replace_paragraphs(report, [text[:-1].translate(OLD_MARKS).replace("。", "、") + "。"]))


def set_account(sheet: Sheet) -> None:
    """Set an article of WeChat: sections with numbers on lines of their own, and lines about who made it."""
    random, look = sheet.random, replace(a_look(sheet.random), headed=0.0, signed=0.0, opened=0.0)
    report = random.choice(sheet.lot.long)
    gold = set_heads(sheet, look, Report(report.title, []))
    made_by = f"{random.choice(CITIES)}发布"
    banner(sheet, [f"{made_by} 2024-03-{random.randint(10, 28)} 18:30 浙江"], look.below)
    for text in report.paragraphs:
        set_text(sheet, look, gold, text)
    form = random.choice(("0{}", "PART.0{}", "No.{}", "0{} {}"))
    for number, (subhead, texts) in enumerate(report.sections, 1):
        shown = [form.format(number, subhead)] if form.count("{") == 2 else [form.format(number), subhead]
        first = sheet.put(shown[0], look.above)
        last = sheet.put(shown[1], random.choice((0, look.between))) if shown[1:] else first
        gold["subheads"].append(" / ".join(shown))
        gold["subhead_details"].append({"lines": [first, last]})
        for at, text in enumerate(texts):
            set_text(sheet, look, gold, text, look.between if at else look.below)
    sheet.articles.append(gold)
    ends = [f"来源：{made_by}", f"编辑：{name(random)} 审核：{name(random)}", "点赞 在看 分享", "— END —", "往期推荐"]
    for text in random.sample(ends, 3):
        banner(sheet, [text], look.between)


def set_front_matter(sheet: Sheet) -> None:
    """Set articles below what an OCR program writes about the page."""
    random = sheet.random
    keys = random.choice(FRONT_MATTER)
    banner(sheet, ["---", *(key.format(number=random.randint(10, 99)) for key in keys), "---"], 0)
    look = replace(a_look(random), marks=("# ", "") if sheet.chance(0.7) else ("", ""))
    for _ in range(random.randint(2, 4)):
        set_report(sheet, look, sheet.report())


def set_web_page(sheet: Sheet) -> None:
    """Set a page of HTML that was saved as text: tags in lines of their own, or almost all in one line."""
    random, report = sheet.random, sheet.report()
    gold = set_heads(sheet, Look(), Report(report.title, []))
    sheet.lines.clear()
    site = f"{random.choice(CITIES)}市政府门户网站"
    links = random.sample(WEB_LINKS, random.randint(3, 6))
    parts: list[tuple[str, str | None]] = [
        ('<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8">', None),
        (f"<title>{report.title}_{site}</title>", None),
        (random.choice((SCRIPT, STYLE)).format(random.randint(100, 999)), None),
        ("</head><body>", None),
        (f"<ul class='nav'>{''.join(f'<li><a href=/{at}.html>{link}</a></li>' for at, link in enumerate(links))}</ul>", "banner"),
        (f"<h1>{report.title}</h1>", "title"),
        (f"<p>{'</p>{cut}<p>'.join(_entities(sheet, text) for text in report.paragraphs)}</p>", "text"),
        (f"<div class='foot'>{site}版权所有</div>", "banner"),
        ("</body></html>", None),
    ]
    cut = random.choice(("\n", ""))
    for tags, role in parts:
        pieces = tags.split("{cut}") if cut and role == "text" else [tags.replace("{cut}", "")]
        numbers = [_put(sheet, piece, cut) for piece in pieces]
        if role == "title":
            gold["title_lines"] = [numbers[0]] * 2
        elif role == "banner":
            shown = "".join(links) if tags.startswith("<ul") else f"{site}版权所有"
            sheet.others.append({"kind": "banner", "text": shown, "lines": [numbers[0]] * 2})
        elif role == "text":
            for at, text in enumerate(report.paragraphs):
                record(gold, text, [numbers[at if len(numbers) > 1 else 0]])
    sheet.articles.append(gold)


def _put(sheet: Sheet, text: str, cut: str) -> int:
    """Set tags in a line of their own, or at the end of the last one; return the number of the line."""
    if not cut and sheet.lines:
        sheet.lines[-1] += text
        return len(sheet.lines)
    return sheet.put(text, 0)


def _entities(sheet: Sheet, text: str) -> str:
    """Return *text* as an editor of web pages writes it."""
    indent = sheet.random.choice(("", "", "&nbsp;&nbsp;", "　　"))
    return indent + text.replace("“", "&ldquo;").replace("”", "&rdquo;")
