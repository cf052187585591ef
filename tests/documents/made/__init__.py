"""PDFs that programs made, and the script that has them made."""
