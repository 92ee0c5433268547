# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: memory
# run: quick
"""An exception whose type and text can't be encoded, and that no report may choke on."""

Odd = type("Odd\udcff\x1b[31m\x00]]><b>", (Exception,), {})


def step(seed, x):
    raise Odd("\ud800 \x00 \x1b]8;;http://example.org\x07 ]]> <script>alert(1)</script> ::error::x | =1+1 \r\n\u202e")
