"""Citations are verified against their sources as they are today: ok, moved, altered or missing."""
