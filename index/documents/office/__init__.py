"""Documents of office programs and books: the bytes of a docx, a workbook or an epub in, text with its blocks and spots out."""
