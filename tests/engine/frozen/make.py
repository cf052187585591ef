"""Writes a small index of two pages as this release does: `python -m tests.engine.frozen.make FOLDER`.

The folders beside this file were made so, each by the release whose format or segmenter it has; `format-2` is written anew when the terms
change, after the one before has got the name of its segmenter. `without-states` is from before generations listed the states of rows.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from index.engine.open import open_index
from index.engine.protocol import model_of
from index.indexing import build
from tests.toy import ToyEncoder

PAGES = Path(__file__).parent / "pages"


def main(place: Path) -> None:
    encoder = ToyEncoder()
    with tempfile.TemporaryDirectory() as folder, open_index(place, create=model_of(encoder)) as index:
        pages = shutil.copytree(PAGES, Path(folder) / "pages")
        print(build([pages], index, encoder))
        with index.writing() as writer:
            for file in [*writer.sources()]:
                writer.touch(file._replace(path=Path("/pages", file.source)))  # where they lay on this machine is nobody's business
    for lock in place.rglob("*lock"):
        lock.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
