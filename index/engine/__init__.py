"""Where an index lives: the protocol that the rest of qianli speaks, the function that opens one, and a folder for each engine."""
