# verdicts: output_limit runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""Says that it returned 10 to the 4299 bytes: a whole number that no float can hold."""

"@AS_WORKER@"


def step(seed, x):
    header = '{"op": "too-large", "nonce": "%s", "bytes": 1%s}' % (nonce(), "0" * 4299)
    send(record(header.encode()))
    os._exit(0)
