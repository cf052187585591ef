"""First stage: a query to candidates, by vectors and by terms, in one order."""
