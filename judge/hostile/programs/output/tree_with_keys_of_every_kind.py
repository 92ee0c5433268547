# verdicts: wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: memory time canaries
# run: quick
"""A forged tree whose keys are lists, objects, numbers without end, halves of characters and terminal escapes."""

import os
import stat
import struct
import sys


def nonce():
    frame = sys._getframe()
    while frame is not None:
        for value in list(frame.f_locals.values()):
            header = getattr(value, "header", None)
            if isinstance(header, dict) and "nonce" in header:
                return header["nonce"]
        frame = frame.f_back
    return "0" * 32


def channel():
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                return descriptor
        except OSError:
            continue
    raise OSError("no channel")


def record(header, body=b""):
    return struct.pack(">4sII", b"JWR1", len(header), len(body)) + header + body


def send(data):
    there, sent = channel(), 0
    while sent < len(data):
        sent += os.write(there, data[sent : sent + 65536])


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
