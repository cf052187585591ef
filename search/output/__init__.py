"""Values to text, for people and for programs. Nothing here prints or looks at an index."""
