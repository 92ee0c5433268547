# verdicts: invalid
# contained in: none landlock namespaces
# looks for: memory canaries
# run: quick
"""No entry point, but functions whose names are commands, markup, half a character, no text, and a hundred thousand letters."""


def other():
    pass


WORST = ["`x` \x1b[2J", "\ud800", "</li><img src=x>", "=1+1", "::error::x\n::stop-commands::y", "\u202e", "n" * 100_000]
for name in WORST:
    globals()[name] = other
globals()[7] = other
globals()[(1, 2)] = other
