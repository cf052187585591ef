"""Strings only: tokens, character trigrams, names of people and of places. Nothing here knows what a page is."""
