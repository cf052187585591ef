"""Places and dates on texts whose answers are known: `python -m tests.benchmarks.places [--against CHECKOUT]` prints a table.

written    extracts of news, letters, laws and reports; a person read each and wrote down its places and its date (data/places.jsonl)
generated  pages in eight conventions, with names drawn from the gazetteer, words that end like places, and dates within sentences

Nothing was fitted on either. A place is right if it is the whole name; of a list, units of which another named unit is a part do not count.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from index.text.gazetteer import SUFFIXES, gazetteer

WRITTEN = Path(__file__).parent / "data" / "places.jsonl"
GENERATED = 80
SEED = 20241206
DECOYS = (
    "补助由县财政和镇财政各承担一半，推进城乡一体，乡亲们都说好。",
    "项目在2019年3月4日立项，四平方米的门店也排上了队，推广安全用电。",
    "据介绍，2021年以来全市各区县乡镇都在学，小镇和社区的面貌变了。",
    "黄河南岸的山区与城区一样，村民盼的是长治久安。",
)
SUBJECTS = ("渔港码头", "老楼电梯", "口袋公园", "夜市摊位", "窨井盖", "老年食堂", "充电桩", "公交站台")


class Known(NamedTuple):
    """A page and what it says: *place* is "?" where a person could not decide, *places* and *date* as it prints them."""

    kind: str
    name: str
    text: str
    place: str | None
    places: list[str]
    date: str | None


def written() -> Iterator[Known]:
    """Yield the extracts with the answers of a person."""
    for number, line in enumerate(WRITTEN.read_text("utf-8").splitlines()):
        row = json.loads(line)
        text = f"{row['title']}\n\n{row['text']}\n" if row["title"] else f"{row['text']}\n"
        yield Known("written", f"w{number:03}.txt", text, row.get("place", "?"), row["places"], row["date"])


def generated() -> Iterator[Known]:
    """Yield pages in eight conventions, each with a place, a date or none, and words that are neither."""
    random = Random(SEED)
    towns = [(county, columns) for county, columns in gazetteer().towns.items() if county.name and columns.count(" ") > 4]
    for number in range(GENERATED):
        (city, county), columns = random.choice(towns)
        column, stems = random.choice([(i, stems.split()) for i, stems in enumerate(columns.split("\t")) if stems])
        town = random.choice(stems) + SUFFIXES[column]
        (other_city, other), _ = random.choice(towns)
        subject, decoy, more = random.choice(SUBJECTS), random.choice(DECOYS), random.choice(DECOYS)
        year, month, day = random.randint(1995, 2025), random.randint(1, 12), random.randint(1, 28)
        iso, printed = f"{year}-{month:02}-{day:02}", f"{year}年{month}月{day}日"
        body = f"近日，{city}{county}{town}的{subject}建成了。{decoy}\n\n{town}负责人说，{subject}还要再添两处。{more}\n"
        title, place = f"{subject}有了新办法", f"{city}{county}{town}"
        texts = (
            (f"海声日报 {printed} 星期二 第{number % 9 + 1}版\n\n{title}\n\n{body}", place, [place], iso),
            (f"{title}\n\n{iso} 10:21 来源：海声发布\n\n{body}", place, [place], iso),
            (f"{title}\n\n本报讯（记者 张三） {body}", place, [place], None),
            (f"关于{subject}的公告\n\n{body}\n特此公告。\n\n{city}{county}城市管理局\n\n{printed}\n", place, [place], iso),
            (f"---\ntitle: {title}\ndate: {iso}\n---\n\n{body}", place, [place], iso),
            (f"{city}{subject}条例\n\n（{printed}通过）\n\n第一条 为了管理{subject}，制定本条例。{decoy}\n", city, [city], iso),
            (
                f"{title}\n\n{city}{county}先行一步。{decoy}\n\n{other_city}{other}随后跟进。{more}\n",
                "?",
                [city + county, other_city + other],
                None,
            ),
            (f"{title}\n\n{year}年{month}月\n\n{decoy}\n\n{more}{decoy}\n", None, [], f"{year}-{month:02}"),
        )
        text, of, places, date = texts[number % len(texts)]
        yield Known("generated", f"g{number:03}.{'md' if text.startswith('---') else 'txt'}", text, of, places, date)


def read(folder: Path, checkout: Path) -> dict[str, dict[str, Any]]:
    """Return the first article of each page in *folder* as the program in *checkout* reads it."""
    command = [sys.executable, "-m", "search.qianli", "articles", str(folder), "--json", "-q"]
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    lines = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=True).stdout.splitlines()
    articles: dict[str, dict[str, Any]] = {}
    for article in map(json.loads, lines):
        merged = articles.setdefault(Path(article["source"]).name, article)
        merged["places"] = [*merged.get("places", []), *article.get("places", [article["place"]] if article["place"] else [])]
    return articles


def leaves(places: list[str]) -> set[str]:
    """Return the places without those of which another one is a part."""
    provinces = gazetteer().province_of
    return {
        one for one in places if not any(other != one and (other.startswith(one) or provinces.get(_city(other)) == one) for other in places)
    }


def _city(place: str) -> str:
    return next((place[:size] for size in range(len(place), 1, -1) if place[:size] in gazetteer().province_of), "")


def scores(known: list[Known], articles: dict[str, dict[str, Any]], errors: bool) -> dict[str, tuple[float, float]]:
    """Return precision and recall of place, places and date."""
    counts = {name: [0, 0, 0] for name in ("place", "places", "date")}  # right, given, wanted
    for page in known:
        article = articles.get(page.name, {})
        given = {
            "place": {article.get("place")} - {None},
            "places": leaves(article.get("places", [])),
            "date": {article.get("date")} - {None},
        }
        wanted = {"place": {page.place} - {None}, "places": leaves(page.places), "date": {page.date} - {None}}
        for name, count in counts.items():
            if name == "place" and page.place == "?":
                continue
            count[0] += len(given[name] & wanted[name])
            count[1] += len(given[name])
            count[2] += len(wanted[name])
            if errors and given[name] != wanted[name]:
                print(f"{page.name} {name}: {sorted(given[name])} instead of {sorted(wanted[name])}", file=sys.stderr)
    return {name: (right / (given or 1), right / (wanted or 1)) for name, (right, given, wanted) in counts.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, help="another checkout, which reads the same texts")
    parser.add_argument("--errors", action="store_true", help="name what is wrong on standard error")
    given = parser.parse_args()
    here = Path(__file__).parent.parent.parent
    known = [*written(), *generated()]
    print("| reader | texts | n | place P | place R | places P | places R | date P | date R |\n|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        for page in known:
            Path(temporary, page.name).write_text(page.text, "utf-8")
        for name, checkout in (("before", given.against), ("now", here)) if given.against else (("now", here),):
            articles = read(Path(temporary), checkout)
            for kind in ("written", "generated"):
                some = [page for page in known if page.kind == kind]
                found = scores(some, articles, given.errors and name == "now")
                figures = " | ".join(f"{value:.2f}" for pair in found.values() for value in pair)
                print(f"| {name} | {kind} | {len(some)} | {figures} |")


if __name__ == "__main__":
    main()
