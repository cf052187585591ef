"""Damage files of an index: flip a bit, cut the end, exchange two files, remove one, mix two states of the database."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from index.engine.folder.database import PAGE_SIZE
from index.engine.open import rederive
from tests.robustness.children import REFUSED, Ended, tried
from tests.robustness.table import Row
from tests.robustness.worlds import PARAGRAPHS, Worlds, asked, copied, indexed, same, sound, write_page
from tests.toy import WORDS

SPREAD = 60  # pages, of which one changes; so many that it shares few blocks with the others
BLOCK = PAGE_SIZE  # bytes that SQLite writes at once
RECORD = "folders.json"


def files_of(address: Path) -> list[Path]:
    """Return the files of an index that are not empty, in an order that does not depend on tantivy's random names."""
    paths = [path for path in address.rglob("*") if path.is_file() and path.stat().st_size]
    return sorted(paths, key=lambda path: (path.relative_to(address).parts[1:-1], path.suffix, path.stat().st_size, path.name))


def flips(world: Worlds, tries: int, seed: int) -> Row:
    """Flip one bit; then ask everything, at once or after an update."""
    row = Row("bit flips over all files of an index", "0 wrong answers, 0 crashes")
    for number in range(tries):
        chance = random.Random(f"{seed} {number}")
        address = copied(world.old, world.folder / "try")
        path = chance.choice([*files_of(address), address / "passages.db"])  # half of the tries: it has the most kinds of bytes
        raw = bytearray(path.read_bytes())
        offset, bit = chance.randrange(len(raw)), chance.randrange(8)
        raw[offset] ^= 1 << bit
        path.write_bytes(raw)
        where = f"try {number}: bit {bit} of byte {offset} of {path.relative_to(address)}"
        if chance.random() < 0.75:
            _judge(row, where, address, asked(address), world.said_old)
            continue
        updated = tried(lambda address=address: indexed(world.pages, address))  # type: ignore[misc]
        if updated.code:
            _judge(row, f"{where}, update", address, updated, None)
        else:
            _judge(row, f"{where}, after an update", address, asked(address), world.said_new)
    return row


def _judge(row: Row, where: str, address: Path, ended: Ended, expected: object) -> None:
    if ended.code == REFUSED:
        named = "DamagedIndex" in ended.said and any(path.name in ended.said for path in [*files_of(address), address / "passages.db"])
        other = ended.said.startswith(("OtherModel", "Unwritten")) and "passages.db" in ended.said
        row.count("named" if named or other else "refused without a name", "" if named or other else f"{where}: {ended.said}")
    elif ended.code:
        row.count("crashed", f"{where}: {ended.said}")
    elif isinstance(expected, dict) and same(ended.said, expected):
        row.count("same answers")
    else:
        row.count("wrong answers", f"{where}: {_difference(ended.said, expected)}")


def _difference(said: object, expected: object) -> str:
    if not isinstance(said, dict) or not isinstance(expected, dict):
        return str(said)[:200]
    return "; ".join(f"{key}: {str(said.get(key))[:150]}" for key in expected if said.get(key) != expected[key])[:500]


def replaced(world: Worlds, tries: int, seed: int) -> Row:
    """Truncate, empty or remove a file, or exchange it with another file of the index or of another state."""
    row = Row("truncated, emptied, swapped, missing files", "each named")
    for number in range(tries):
        chance = random.Random(f"{seed} {number}")
        address = copied(world.old, world.folder / "try")
        files = files_of(address)
        path = chance.choice([*files, address / "passages.db"])
        harm = chance.choice(("truncated", "emptied", "missing", "swapped", "of another state"))
        other = _harmed(harm, path, address, world, chance)
        if other is None:
            harm = "missing"
            path.unlink(missing_ok=True)
        names = {path.name, *([other.name] if other else []), "manifest.json"}  # nobody knows which of two files that disagree is wrong
        ended = asked(address)
        where = f"try {number}: {path.relative_to(address)} {harm} {other or ''}"
        if ended.code == REFUSED and any(name in ended.said for name in names) and "DamagedIndex" in ended.said:
            row.count(f"{harm}: named")
        elif ended.code == 0 and same(ended.said, world.said_old):
            row.count(f"{harm}: same answers", "" if path.name == RECORD else where)  # it may be missing
        else:
            row.count(f"{harm}: {'crashed' if ended.code not in (0, REFUSED) else 'not named'}", f"{where}: {str(ended.said)[:300]}")
    return row


def _harmed(harm: str, path: Path, address: Path, world: Worlds, chance: random.Random) -> Path | None:
    """Do *harm* to *path*; return the damaged or exchanged file, None where no file of another content could be exchanged."""
    raw = path.read_bytes()
    if harm == "truncated":
        path.write_bytes(raw[: chance.randrange(1, len(raw)) if len(raw) > 1 else 0])
    elif harm == "emptied":
        path.write_bytes(b"")
    elif harm == "missing":
        path.unlink()
    elif harm == "swapped":
        others = [other for other in files_of(address) if other != path and other.read_bytes() != raw]
        other = chance.choice(others)
        path.write_bytes(other.read_bytes())
        other.write_bytes(raw)
        return other
    else:
        donors = [other for state in (world.first, world.new) for other in files_of(state) if other.suffix == path.suffix]
        donors = [other for other in donors if other.read_bytes() != raw]
        if not donors:
            return None
        other = chance.choice(donors)
        shutil.copyfile(other, path)
        return other
    return path


def torn(world: Worlds, tries: int, seed: int) -> Row:
    """Mix blocks of two states in the database, as in a copy that was made while somebody wrote."""
    row = Row(
        "a database half of one state and half of the next, then --rebuild", "the old or the new answers, or named; no page of two states"
    )
    pages, old, new = world.folder / "many", world.folder / "torn-old", world.folder / "torn-new"
    pages.mkdir(exist_ok=True)
    for number in range(SPREAD):
        write_page(pages, f"p{number:02}", 1, WORDS[number % len(WORDS)], PARAGRAPHS)
    assert tried(lambda: indexed(pages, copied(world.fresh, old))).code == 0
    write_page(pages, f"p{SPREAD // 2}", 2, WORDS[SPREAD // 2 % len(WORDS)], PARAGRAPHS)
    assert tried(lambda: indexed(pages, copied(old, new))).code == 0
    said = [asked(address).said for address in (old, new)]
    raws = [(address / "passages.db").read_bytes() for address in (old, new)]
    starts = range(0, min(map(len, raws)), BLOCK)
    differing = [start for start in starts if raws[0][start : start + BLOCK] != raws[1][start : start + BLOCK]]
    for number in range(tries):
        chance = random.Random(f"{seed} {number}")
        of = chance.randrange(2)
        address, raw = copied((old, new)[of], world.folder / "try"), bytearray(raws[of])
        for start in chance.sample(differing, chance.randrange(1, 4)):
            raw[start : start + BLOCK] = raws[1 - of][start : start + BLOCK]
        (address / "passages.db").write_bytes(raw)
        where, ended = f"try {number}", asked(address)
        if ended.code == 0 and any(same(ended.said, answers) for answers in said):
            row.count("old or new answers")
            continue
        if ended.code != REFUSED or "DamagedIndex" not in ended.said:
            row.count("crashed" if ended.code else "mixed", f"{where}: {str(ended.said)[:300]}")
            continue
        again = tried(lambda address=address: rederive(address))  # type: ignore[misc]
        after = sound(address)
        if again.code == REFUSED and "passages.db" in again.said:
            row.count("named, too damaged for a rebuild")
        elif again.code or after.code or "damage" in after.said:
            row.count("the rebuild fails", f"{where}: {again.said}; {str(after.said)[:300]}")
        elif len({text[:4] for *_, source, text in after.said["passages"] if source == f"many/p{SPREAD // 2}.txt"}) > 1:
            row.count("mixed by the rebuild", where)
        else:
            row.count("named, rebuilt of whole pages")
    return row
