"""A page's text to its true paragraphs: lines, their kinds, their order of reading, and where paragraphs end and go on."""
