"""From results to what is handed in: references (GB/T 7714, RIS, BibTeX, CSL-JSON) and evidence sheets (Markdown, docx)."""
