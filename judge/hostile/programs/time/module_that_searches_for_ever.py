# verdicts: time_limit invalid
# contained in: landlock namespaces
# looks for: time processes
# run: more
"""Has an entry point that a module's __getattr__ never finishes to look for."""


def __getattr__(name):
    while True:
        pass
