"""The page for colleagues who have no terminal: addresses in, HTML out that works without JavaScript."""
