"""`judge results`: what a store holds, what a regrade changed, and deleting from it."""
