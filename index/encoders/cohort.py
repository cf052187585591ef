"""What is a usual cosine for a question: its mean and deviation over a cohort of passages of all kinds, which comes with the model.

    question ──vector──▶ cosines to 256 passages that have nothing to do with it ──▶ mean, deviation
    cosine to a candidate ──less the mean, by the deviation──▶ relative cosine

One question is near to everything, another, in another language, to nothing; the relative cosine means the same for both, in any index.
T-norm of speaker verification (Auckenthaler, Carey and Lloyd-Thomas, Digital Signal Processing 2000).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from index.encoders.tensor_file import mapped
from index.errors import NoModel

if TYPE_CHECKING:
    from index.encoders.protocol import Encoder, Vectors

FILE = "cohort.safetensors"  # in the folder of a model; `vectors` (passages, dim), float16; made by index/training/cohort.py
STEADY = 1e-6  # a deviation below it is none


class UsualCosines(NamedTuple):
    """*mean* and *deviation* of the cosines of one question over the cohort."""

    mean: float
    deviation: float

    def relative(self, cosine: float) -> float:
        """Return how many deviations *cosine* lies above the mean."""
        return (cosine - self.mean) / self.deviation


def read_cohort(folder: Path) -> Vectors | None:
    """Return the vectors of the cohort in the folder of a model, (passages, dim), float32; None where it has none. Raises NoModel."""
    import numpy as np

    path = folder / FILE
    if not path.is_file():
        return None
    try:
        vectors: Vectors = np.asarray(mapped(path)["vectors"], np.float32)
    except Exception as error:  # whatever a damaged file brings
        raise NoModel(
            "the model file {path} cannot be read ({error}); install it again, or choose another --model", path=path, error=error
        ) from error
    return vectors


def usual_cosines(encoder: Encoder, vector: Vectors) -> UsualCosines | None:
    """Return what is usual for the question with this *vector* (dim,); None where the model has no cohort."""
    cohort = getattr(encoder, "cohort", None)
    if cohort is None:
        return None
    cosines = cohort @ vector  # for each question apart: the same to the last bit in any batch
    deviation = float(cosines.std())
    return UsualCosines(float(cosines.mean()), deviation) if deviation > STEADY else None
