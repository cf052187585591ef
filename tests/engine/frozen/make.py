"""Write a small index of two pages as this release does: `python -m tests.engine.frozen.make tests/engine/frozen/format-6`.

The folder beside this file was made so. It is made anew when the format or the terms change, and only then.
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


def main(folder: Path) -> None:
    encoder = ToyEncoder()
    with tempfile.TemporaryDirectory() as temporary:
        pages = shutil.copytree(PAGES, Path(temporary) / "pages")
        made = pages / "ix"  # in the folder of the pages, so that their names begin there
        with open_index(made, create=model_of(encoder)) as index:
            print(build([pages], index, encoder))
            with index.writing() as writer:
                for file in [*writer.sources()]:
                    writer.touch(file._replace(path=Path("/pages", file.source)))  # the temporary folder is nobody's business
        shutil.copytree(made, folder, ignore=shutil.ignore_patterns("*lock", "folders.json"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
