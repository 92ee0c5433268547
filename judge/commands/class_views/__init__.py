"""Class statistics, one view a file: statistics → text."""
