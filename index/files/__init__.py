"""A path to decoded text: which files are read, in which encoding, and why the others are not."""
