"""The limit: one process that runs all cases with the judge's compile cache, and nothing else.

python bare.py SUBMISSION CASES CACHE [--count]

No isolation, no trace, no diagnosis, no report. Exits with 1 where an output is wrong. With --count it says
how many programs it found in the cache, and how many it had to compile.
"""

import sys
from collections import Counter

import flax.nnx  # noqa: F401 - a submission imports it
import given
import jax
import optax  # noqa: F401 - likewise

NEVER = 1e9  # seconds of compile time before an entry is written: the cache stays as it is
ASKED, FOUND = (f"/jax/compilation_cache/{name}" for name in ("compile_requests_use_cache", "cache_hits"))


def main() -> int:
    path, cases, cache = sys.argv[1:4]
    jax.config.update("jax_compilation_cache_dir", cache)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", NEVER)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    jax.config.update("jax_persistent_cache_enable_xla_caches", "none")  # or keys tell the folder
    met: Counter[str] = Counter()
    if "--count" in sys.argv:
        jax.monitoring.register_event_listener(lambda event, **_: met.update([event]))
    function = given.submission(path, cases)
    wrong = [case.name for case in given.cases(cases) if not case.fits(function(*case.arguments))]
    if "--count" in sys.argv:
        print(f"{met[FOUND]} {met[ASKED] - met[FOUND]}")
    if wrong:
        print(f"wrong: {', '.join(wrong)}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
