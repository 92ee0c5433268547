"""Slips that a text alone shows, one file each: a floor, a question, a state or a result that is lost."""
