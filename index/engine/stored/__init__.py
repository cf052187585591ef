"""Pages as the engines keep them: the values of rows, their keys, and the digests by which a row is known to be whole."""
