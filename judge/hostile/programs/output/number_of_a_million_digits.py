# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""A float in a record that has a million digits and is infinite: whoever complains of it must not quote it."""

"@AS_WORKER@"


def step(seed, x):
    header = '{"op": "value", "nonce": "%s", "value": 1%s.0}' % (nonce(), "0" * 1_000_000)
    send(record(header.encode()))
    os._exit(0)
