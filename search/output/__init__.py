"""Values in, text out, for people and for programs. No file of this room prints or opens an index."""
