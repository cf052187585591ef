"""A PDF from its characters to the blocks of its text."""
