"""A program's values in one concrete run, for those who ask how large they are."""
