"""Many questions from a file in, an answer for each out, in order; a run that was stopped goes on where it stopped."""
