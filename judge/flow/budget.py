"""What may still be looked at: a forged program must not cost more than a real one."""

from judge.flow.program import TooMuch

MAX_WORK = 1_000_000  # pairs of operations between a gradient and its increment, over all gradients


class Budget:
    """Pairs of operations that are left."""

    def __init__(self) -> None:
        self.left = MAX_WORK

    def spend(self, steps: int) -> None:
        """Raise TooMuch when it is used up; detectors compare each of these steps with each."""
        self.left -= steps * steps
        if self.left < 0:
            raise TooMuch("too many operations are between gradients and increments")
