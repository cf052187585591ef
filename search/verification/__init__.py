"""Citations against their sources as they are today: ok, moved, altered or missing."""
