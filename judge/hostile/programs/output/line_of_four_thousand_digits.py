# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""An exception in a line whose number has as many digits as Python reads, and one more than it writes after adding."""

"@AS_WORKER@"


def step(seed, x):
    lines = ", ".join(["9" * 4300, "1", "9" * 4300])
    fact = '{"type": "Error", "message": "here", "lines": [%s]}' % lines
    send(record(('{"op": "raised", "nonce": "%s", "exception": %s}' % (nonce(), fact)).encode()))
    os._exit(0)
