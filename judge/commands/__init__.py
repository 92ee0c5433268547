"""One command's work each: they take plain values, return text or records and raise JudgeError.

Printing and exiting is the command line's, in judge/cli.py.
"""
