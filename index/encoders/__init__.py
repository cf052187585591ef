"""Text to vectors: the protocol, the function that opens an encoder, one file for each kind, and the shipped weights."""
