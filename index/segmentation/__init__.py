"""Paragraphs and headings to articles: where an article begins, what each heading is, and what is doubtful."""
