"""Judged questions to figures: what a ranking is worth, and a probability fitted on it."""
