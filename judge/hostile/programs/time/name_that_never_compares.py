# verdicts: time_limit runtime_error
# contained in: none landlock namespaces
# looks for: time processes
# run: quick
"""Another key of its module's names that has the entry point's hash, and takes for ever to say whether it is it."""


class Key:
    armed = False

    def __hash__(self):
        return hash("step")

    def __eq__(self, other):
        while Key.armed:
            pass
        return False


globals()[Key()] = None


def step(seed, x):
    return None


Key.armed = True
