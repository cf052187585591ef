"""Encoders make vectors of texts: the protocol, the function that opens an encoder, one file for each kind, and the shipped weights."""
