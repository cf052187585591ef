"""Many questions from a file, one answer each, in order; a run that stopped goes on."""
