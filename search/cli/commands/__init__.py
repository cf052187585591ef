"""One file a command, each of which parses, calls one function and prints."""
