# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: memory time canaries
# run: quick
"""A forged tree whose keys are lists, objects, numbers without end, halves of characters and terminal escapes."""

"@AS_WORKER@"


KEYS = [
    "[" * 400 + "]" * 400, '{"a":' * 400 + "0" + "}" * 400, "9" * 4300, "1e308", "null", '"\\ud800"', '"\\u0000"',
    '"\\u001b]0;accepted\\u0007"', '"\\u202e"', '"' + "k" * 3000 + '"', '"</script>"', '"=1+1"',
]


def step(seed, x):
    leaf = '{"other": {"kind": "\\u001b[2J", "type_name": "\\ud83d", "text": "\\u2028"}}'
    items = ", ".join(f"[{key}, {leaf}]" for key in KEYS)
    header = '{"op": "value", "nonce": "%s", "value": {"tree": {"kind": "dict", "items": [%s]}}}' % (nonce(), items)
    send(record(header.encode()))
    os._exit(0)
