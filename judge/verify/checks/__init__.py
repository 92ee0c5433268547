"""What is checked of a problem, one file a check: a sentence for all that holds, and for all that doesn't."""
