"""Generated pages whose reading is known: the text of a page, and the gold of the segmentation scorer beside it.

    story ──set──▶ lines of a page, and which of them are its title, its byline, its paragraphs

A profile is one way in which pages are set or damaged; the same profile and seed give the same page.
Profiles of NEWER are made of titled texts, whose headlines belong to the paragraphs below them.
`python -m tests.generated.pages FOLDER [--corpora DIR]` writes pages and gold.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from index.text.punctuation import ends_sentence
from tests.generated.disorder import set_across, set_columns, set_displaced, set_inserted, set_parted, set_strayed, set_woven
from tests.generated.reports import HELD_BACK
from tests.generated.sheet import Sheet, Style, as_gold, record, set_article, set_paragraph, sign
from tests.generated.stories import Stock, from_corpora, made_up, short
from tests.generated.titled import NEWER


def page(profile: str, seed: int, stock: Stock | None = None) -> tuple[str, dict[str, Any]]:
    """Return the text of a page and its gold; the same *seed* gives the same page."""
    random = Random(f"{profile} {seed}")
    style = _any_style(random) if profile == "any" else STYLES[profile]
    style = replace(style, wrapped=tuple(random.sample(style.wrapped, 1)) if style.wrapped else ())
    stock = stock or made_up()
    sheet = Sheet(random, stock, style, stock.shelf[seed >= HELD_BACK])
    SETTERS.get(profile, _plain)(sheet)
    for number, article in enumerate(sheet.articles, 1):
        article["id"] = f"{profile}-{seed}.{number}"
    gold = {"file": f"{profile}_{seed:03}.txt", "profile": profile, "articles": sheet.articles, "non_articles": sheet.others}
    return "\n".join(sheet.lines), gold


def write(folder: Path, profiles: Sequence[str], count: int, stock: Stock | None = None) -> Path:
    """Write *count* pages of each profile and `gold.json` beside them; return the path of the gold."""
    folder.mkdir(parents=True, exist_ok=True)
    golds = []
    for profile in profiles:
        for seed in range(count):
            text, gold = page(profile, seed, stock)
            (folder / gold["file"]).write_text(text, "utf-8", newline="\n")
            golds.append(gold)
    (folder / "gold.json").write_text(json.dumps(golds, ensure_ascii=False), "utf-8")
    return folder / "gold.json"


def _plain(sheet: Sheet) -> None:
    """Set some articles one below the other."""
    if sheet.style.banner:
        texts = [f"{sheet.random.choice(('杭州', '宁波', '长沙'))}·{sheet.random.choice(('上塘', '临湖'))}", short(sheet.random)]
        at = sheet.put(texts[0])
        sheet.put(texts[1])
        sheet.other("banner", texts, at)
    for _ in range(sheet.random.randint(2, 5)):
        set_article(sheet, sheet.story())


def _section(sheet: Sheet) -> None:
    """Set a heading and a lead that cover all articles below, which have deeper marks."""
    texts = [short(sheet.random), "加强基层治理，重心在群众、关键在机制。近年来，各地不断创新方法，提升治理效能。"]
    at = sheet.put("### " + texts[0])
    sheet.put(texts[1])
    sheet.other("section", texts, at)
    for _ in range(sheet.random.randint(2, 4)):
        set_article(sheet, sheet.story())


def _notice(sheet: Sheet) -> None:
    """Set a story and then an official notice: items, sub-items, a table with tabs, a signature."""
    set_article(sheet, sheet.story())
    office = sheet.story().place + "办事处"
    gold = as_gold(replace(sheet.story(), title=f"{office}闲置房屋公开招租公告", authors=[], place=""))
    gold["title_lines"] = [sheet.put("# " + gold["title"])] * 2
    rows = ["名称\t位置\t面积(平方米)", f"一号房屋\t{short(sheet.random)[:4]}路东侧\t{sheet.random.randint(80, 900)}.5"]
    for text, gap in (
        ("经上级批准，现将闲置房屋公开招租的有关事项公告如下：", 1),
        ("一、房屋的基本情况：", 1),
        *((row, 1 - at) for at, row in enumerate(rows)),
        ("二、报名时间  ", 1),
        ("1.网上报名：2024年3月1日至2024年3月15日。  ", 0),
        ("2.现场报名：工作日上午8时30分至下午5时。", 0),
        ("三、本次招租不设底价，按照价高者得的原则确定承租人。", 1),
        (office, 1),
        ("2024年2月20日", 0),
    ):
        record(gold, text.strip(), [sheet.put(text, gap)])
    sheet.articles.append(gold)


def _photo(sheet: Sheet) -> None:
    """Set photo news without a title between two signed articles."""
    set_article(sheet, sheet.story())
    gold = as_gold(replace(sheet.story(1), title=""))
    gold["title"] = None
    sheet.lines += ["", "", ""]
    set_paragraph(sheet, gold, sheet.story(1).paragraphs[0])
    gold["place"] = None
    sign(sheet, gold)
    set_article(sheet, sheet.story())


def _lost(sheet: Sheet) -> None:
    """Set three articles with losses: the first characters of one, the last of another, a gap in the third, and ends of paragraphs."""
    random = sheet.random
    for at in range(3):
        story = sheet.story(5)
        texts = story.paragraphs
        lost = random.randint(3, 20)
        starts, ends = [], [2]
        if at == 0:
            starts, texts[0] = _cut(texts[0], random.randint(8, 40), 0)
        texts[2] = texts[2][:-lost]
        if at == 1:
            texts[-1] = texts[-1][: len(texts[-1]) // 2]
            ends.append(4)
        if at == 2:
            middle = len(texts[3]) // 2
            starts, below = _cut(texts[3], middle + lost, 4)
            texts[3:4] = [texts[3][:middle], below]
            ends.append(3)
        if story.place not in "".join(texts):
            story.place = ""  # a place that is not printed cannot be read
        written = set_article(sheet, story)["paragraphs"]
        for number in starts:
            written[number]["starts_mid_sentence"] = True
        for number in ends:
            written[number]["ends_mid_sentence"] = not ends_sentence(written[number]["text"])


def _cut(text: str, position: int, number: int) -> tuple[list[int], str]:
    """Return [*number*] if *text* begins within a sentence once it is cut at *position*, else []; and the rest of the text."""
    left = text[position:].lstrip("，。、；：！？”’）》 ")
    return [] if ends_sentence(text[: len(text) - len(left)]) else [number], left


def _any_style(random: Random) -> Style:
    """Return a style in which everything is drawn at random."""
    return Style(
        levels=random.choice(((0,), (1,), (2,), (3,), (1, 2, 3))),
        signed=random.choice(("above", "above", "closing", "run")),
        broken=random.choice((0.0, 0.2, 0.6)),
        spaced=random.random() < 0.2,
        captioned=random.choice((0.0, 0.0, 0.2)),
        kicker=random.random() < 0.3,
        subheads=random.random() < 0.3,
        banner=random.random() < 0.3,
    )


NARROW = tuple(range(16, 34))  # characters of a newspaper's column
STYLES = {
    "clean": Style(),
    "marked": Style(levels=(1, 2, 3, 4)),
    "bare": Style(levels=(0,)),
    "broken": Style(broken=0.5),
    "bare broken": Style(levels=(0,), broken=0.5),
    "wrapped": Style(wrapped=NARROW),
    "bare wrapped": Style(levels=(0,), wrapped=NARROW),
    "dense": Style(levels=(0,), wrapped=NARROW, indented=False),
    "packed": Style(levels=(0, 1), wrapped=NARROW, packed=True, subheads=True, captioned=0.1),
    "packed whole": Style(levels=(0, 1), packed=True, subheads=True),
    "dense busy": Style(levels=(0,), wrapped=NARROW, kicker=True, subheads=True, banner=True),
    "airy": Style(levels=(0, 2), wrapped=NARROW, indented=False, leading=1),
    "spaced": Style(levels=(2, 3), spaced=True, broken=0.3, signed="closing"),
    "captions": Style(captioned=0.15),
    "closing": Style(levels=(2, 3), signed="closing", broken=0.2),
    "bare closing": Style(levels=(0,), signed="closing", broken=0.3),
    "unsigned": Style(levels=(2,), signed="", broken=0.3),
    "run together": Style(levels=(3,), signed="run", broken=0.2),
    "kickers": Style(levels=(1, 2, 0), kicker=True),
    "subheads": Style(levels=(0, 1), subheads=True, broken=0.2),
    "banners": Style(banner=True, broken=0.2),
    "section": Style(levels=(4,), signed="closing", broken=0.2),
    "notice": Style(broken=0.2),
    "photo": Style(levels=(3,), signed="closing"),
    "displaced": Style(levels=(2,), signed="closing"),
    "strayed": Style(),
    "lost": Style(levels=(0, 2)),
    "across": Style(),
    "columns": Style(levels=(2,), signed="closing"),
    "woven": Style(levels=(2,), signed="closing"),
    "inserted": Style(levels=(2,), signed="closing"),
    "parted": Style(levels=(2,), signed="closing"),
    "any": Style(),
}
SETTERS: dict[str, Callable[[Sheet], None]] = {
    "section": _section,
    "notice": _notice,
    "photo": _photo,
    "displaced": set_displaced,
    "strayed": set_strayed,
    "lost": _lost,
    "across": set_across,
    "columns": set_columns,
    "woven": set_woven,
    "inserted": set_inserted,
    "parted": set_parted,
}
STYLES |= dict.fromkeys(NEWER, Style(levels=(0,)))
SETTERS |= NEWER
PROFILES = tuple(STYLES)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--corpora", type=Path, help="take running text from here (a folder with xwlb_news.jsonl.gz)")
    parser.add_argument("--profiles", nargs="*", default=PROFILES)
    parser.add_argument("--count", type=int, default=10)
    options = parser.parse_args()
    stock = from_corpora(options.corpora) if options.corpora else made_up()
    print(write(options.folder, options.profiles, options.count, stock))


if __name__ == "__main__":
    main()
