"""Segmentation: where articles begin, the role of each heading, the articles themselves, and doubts about them."""
