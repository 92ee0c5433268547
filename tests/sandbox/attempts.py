"""Try each attempt in a worker of a tier, and print what came of it as JSON: `attempts.py TIER ATTEMPTS`."""

import json
import sys
from contextlib import closing

from judge.sandbox.starting.tiers import default_launcher
from sandbox.programs import one, texts

WORKING = {
    "works": "float(np.sum(x) + 39)",
    "imports more": "__import__('csv').__name__",
    "writes to its folder": "open('note', 'w').close() or os.listdir('.')",
}
BODY = """
import json
found = {{}}
for name, text in {attempts!r}.items():
    try:
        found[name] = str(eval(text))
    except (OSError, ImportError):
        found[name] = "refused"
return np.frombuffer(json.dumps(found).encode(), np.uint8)
"""


def main(tier: str, attempts: dict[str, str]) -> None:
    with closing(default_launcher(tier)) as launcher:
        launcher.start()
        print(texts(one(launcher, BODY.format(attempts=WORKING | attempts))))  # noqa: T201 - what it is for


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
