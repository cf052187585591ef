"""The models that come with qianli: one folder each, with its weights, its coefficients and its card."""

from __future__ import annotations

from pathlib import Path

SHIPPED = Path(__file__).parent
BOTH, STATIC, CONTEXTUAL = "both", "static", "contextual"  # the names of the shipped models; both together rank best
DEFAULT = BOTH
ALIASES = {"fast": STATIC}


def shipped_models() -> list[str]:
    """Return the names of the models that came with qianli."""
    return [BOTH, *sorted(path.parent.name for path in SHIPPED.glob("*/modules.json"))]
