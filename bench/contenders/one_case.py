"""One case in a process of its own with no cache, as judges of kernels do it.

python one_case.py SUBMISSION CASES NUMBER
"""

import sys

import given


def main() -> int:
    path, cases, number = sys.argv[1:4]
    case = given.cases(cases)[int(number)]
    return 0 if case.fits(given.submission(path, cases)(*case.arguments)) else 1


if __name__ == "__main__":
    sys.exit(main())
