"""Layout: the lines of a page, their kinds, their reading order, and the paragraphs that they make up."""
