# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""Arrays of no bytes whose other axes are as long as can be said, in 21 dimensions, thousands of them."""

"@AS_WORKER@"


def step(seed, x):
    item = '{"dtype": "complex128", "shape": [0, %s]}' % ", ".join(["4294967295"] * 20)
    header = '{"op": "value", "nonce": "%s", "value": {"array": 3399}, "arrays": [%s]}'
    send(record((header % (nonce(), ", ".join([item] * 3400))).encode()[: 1 << 24]))
    os._exit(0)
