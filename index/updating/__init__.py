"""What changed on the disk since the last run: new, changed, moved and vanished files, and the vectors of what is new."""
