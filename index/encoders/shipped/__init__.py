"""The models that come with qianli: one folder each, with its weights, its coefficients and its card."""

from __future__ import annotations

from pathlib import Path

SHIPPED = Path(__file__).parent
CONTEXTUAL, STATIC = "contextual", "static"  # the names of the shipped models; the contextual one ranks best
DEFAULT = CONTEXTUAL
ALIASES = {"fast": STATIC}
FORMER = ("both",)  # names of models that came with an earlier qianli


def shipped_models() -> list[str]:
    """Return the names of the models that came with qianli, the default first."""
    return [CONTEXTUAL, STATIC]
