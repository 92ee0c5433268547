# verdicts: invalid runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""Forges the answer to loading: a fault whose line and exception have numbers of 4300 digits, in every field that takes one."""

"@AS_WORKER@"


fact = '{"type": "SyntaxError", "message": "m", "lines": [%s]}' % ("9" * 4300)
header = '{"op": "fault", "nonce": "%s", "kind": "syntax", "message": "%s", "line": %s, "exception": %s}'
send(record((header % (nonce(), "no" * 5000, "9" * 4300, fact)).encode()))
os._exit(0)
