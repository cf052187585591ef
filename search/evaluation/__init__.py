"""Judged questions in, figures out: how good a ranking is, and a probability fitted on judged rankings."""
