"""A process of the judge's user that has nothing to do with the judge, and must come to no harm.

    python -m judge.hostile.bystander SECRET

Its secret stands in its command line, its environment and its memory. It says the address of the latter,
then answers every line on stdin with what it still knows.
"""

import ctypes
import sys


def main() -> None:
    """Serve until stdin ends."""
    memory = ctypes.create_string_buffer(sys.argv[1].encode())
    print(ctypes.addressof(memory), flush=True)  # noqa: T201 - stdout is how it is asked
    for _ in sys.stdin:
        print(memory.value.decode(errors="replace"), flush=True)  # noqa: T201 - likewise


if __name__ == "__main__":
    main()
