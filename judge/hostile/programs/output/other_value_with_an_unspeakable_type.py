# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: memory canaries
# run: quick
"""Returns an object whose type is called what a terminal, a spreadsheet or a browser would obey."""


NAME = "\x1b[2J\x1b]0;accepted\x07</td><script>alert(1)</script>\n::error::x\r=1+1|\u202e\ud800\u2028" + "n" * 100_000


def step(seed, x):
    return type(NAME.replace("\x00", "").encode("utf-8", "replace").decode(), (), {"__repr__": lambda self: NAME})()
