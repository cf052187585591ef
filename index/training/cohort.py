"""Write the cohort of each shipped encoder: the vectors of passages of all kinds, by which a cosine is told to be high or low.

running.json ──256 of them──▶ encoder ──▶ index/encoders/shipped/MODEL/cohort.safetensors

python -m index.training.cohort [--out index/encoders/shipped] [--models contextual static]
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path

from index.encoders.cohort import FILE
from index.encoders.open import open_encoder
from index.training.data import SEED

PASSAGES = 256  # on held-out questions 100 separated as well as 1,000
MODELS = ("contextual", "static")


def write_cohort(texts: Sequence[str], folder: Path) -> None:
    """Write the vectors of PASSAGES of *texts* by the model in *folder* into that folder."""
    import numpy as np
    from safetensors.numpy import save_file

    drawn = random.Random(f"{SEED} cohort").sample(list(texts), min(len(texts), PASSAGES))
    vectors = open_encoder(str(folder)).encode_passages(drawn).astype(np.float16)
    partial = folder / f"{FILE}.partial"
    save_file({"vectors": vectors}, partial, {"format": "np"})
    partial.chmod(0o644)  # safetensors makes it readable for the owner only
    partial.replace(folder / FILE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, help="not read; every program of training takes it")
    parser.add_argument("--work", type=Path, default=Path("index/training/cache"), help="where running.json lies")
    parser.add_argument("--out", type=Path, default=Path("index/encoders/shipped"), help="where the folders of the models lie")
    parser.add_argument("--models", nargs="+", default=list(MODELS), metavar="MODEL")
    arguments = parser.parse_args()
    texts = json.loads((arguments.work / "running.json").read_text("utf-8"))
    for model in arguments.models:
        write_cohort(texts, arguments.out / model)


if __name__ == "__main__":
    main()
