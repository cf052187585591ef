"""The table of characters: which are compared as one, and which are easily mistaken for another. Written to index/text/data/characters.txt.

    python -m index.training.characters --font wqy-microhei.ttc

OpenCC's tables ──▶ simplified   traditional, Japanese and variant characters, and under each the simplified one
pypinyin's readings ──▶ sound    a line a syllable, without tones: 到 道 倒 …
a font's pictures ──▶ shape      a line a character: it and what looks most like it, most alike first: 未末…
"""

from __future__ import annotations

import argparse
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from index.text.tokens import CHARACTERS
from index.training.traditional import read_table, simplified

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Characters whose simplified form depends on the word: OpenCC leaves them. Question and passage are both normalised, so one form will do.
ALSO = {
    "著": "着",
    "覆": "复",
    "藉": "借",
    "瞭": "了",
    "於": "于",
    "徵": "征",
    "夥": "伙",
    "麽": "么",
    "乾": "干",
    "剋": "克",
    "祇": "只",
    "衹": "只",
    "吿": "告",
}
PICTURE = 40  # pixels of each side
ALIKE = 0.74  # least correlation of two pictures that look alike: 未 and 末 have .9; 5 of 10,000 random pairs reach it
MOST = 5  # look-alikes of a character
CONFUSED = (
    "日曰",
    "人入八",
    "己已巳",
    "未末",
    "千干于",
    "土士",
    "王玉主",
    "大太犬",
    "天夫",
    "午牛",
    "田由甲申",
    "目自且",
    "问间",
    "戊戌戍",
    "今令",
    "乌鸟",
    "治冶",
)  # known confusions of OCR, which come before look-alikes by correlation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--font", type=Path, required=True, help="a font with the 6,763 characters of GB 2312")
    parser.add_argument("--out", type=Path, default=CHARACTERS)
    options = parser.parse_args()
    table = normalised_characters()
    lines = ["".join(table), "".join(table.values()), "", *sorted(sounds()), "", *shapes(options.font)]
    options.out.write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


def normalised_characters() -> dict[str, str]:
    """Return character -> the character as which it is compared; no value is a key."""
    table = simplified()
    for old, new in read_table("TSCharacters"):
        if len(old) == 1 and len(new[0]) == 1 and old not in new:
            table.setdefault(old, new[0])
    table |= ALSO | dict(radicals())
    return {old: table.get(new, new) for old, new in sorted(table.items()) if old != table.get(new, new) and _plain(old)}


def radicals() -> Iterator[tuple[str, str]]:
    """Yield the simplified radicals (U+2E80 on), each with the character that looks the same: PDF files have one for the other."""
    radical = "⺌⺝⺟⺠⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳"
    return zip(radical, "小月母民西见角贝车长门青韦页风飞食马鬼鱼鸟卤麦黄齐齿龙龟", strict=True)


def _plain(character: str) -> bool:
    """Whether NFKC, which is applied before the table, leaves *character* alone."""
    return unicodedata.normalize("NFKC", character) == character


def common() -> Iterator[str]:
    """Yield the 6,763 characters of GB 2312."""
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield bytes((row, cell)).decode("gb2312")
            except UnicodeDecodeError:
                continue


def sounds() -> list[str]:
    """Return for each syllable the characters that are read so; a character with several readings is in several lines."""
    from pypinyin import Style, pinyin  # training only: the extra `train`

    spoken: dict[str, list[str]] = defaultdict(list)
    for character in common():
        for reading in sorted(set(pinyin(character, style=Style.NORMAL, heteronym=True)[0])):
            spoken[reading].append(character)
    return ["".join(characters) for characters in spoken.values() if len(characters) > 1]


def shapes(font: Path) -> list[str]:
    """Return a line for each character with look-alikes: the character, then its look-alikes, the most alike first."""
    import numpy as np

    characters = list(common())
    pictures = np.stack(list(drawn(characters, font)))
    lines = []
    for number, character in enumerate(characters):
        likeness = pictures @ pictures[number]
        first = [characters[other] for other in np.argsort(-likeness, kind="stable")[: MOST + 1] if likeness[other] >= ALIKE]
        known = "".join(group for group in CONFUSED if character in group)
        others = "".join(dict.fromkeys([*known, *first])).replace(character, "")
        lines += [character + others[:MOST]] if others else []
    return lines


def drawn(characters: list[str], font: Path) -> Iterator[NDArray[np.float32]]:
    """Yield the picture of each character, blurred by a pixel or two as by a scanner, with mean 0 and length 1."""
    import numpy as np
    from PIL import Image, ImageDraw, ImageFilter, ImageFont  # training only: the extra `train`

    face = ImageFont.truetype(str(font), PICTURE)
    for character in characters:
        picture = Image.new("L", (PICTURE + 8, PICTURE + 8))
        ImageDraw.Draw(picture).text((4, 4), character, 255, face)
        flat = np.asarray(picture.filter(ImageFilter.GaussianBlur(1.5)), np.float32).ravel()
        flat -= flat.mean()
        yield flat / np.linalg.norm(flat)


if __name__ == "__main__":
    main()
