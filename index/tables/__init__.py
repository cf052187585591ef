"""Tables: lines or tags in, rows with the names of their columns out."""
