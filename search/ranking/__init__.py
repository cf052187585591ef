"""Second stage: candidates are read, reordered, freed of near-duplicates, and given a probability."""
