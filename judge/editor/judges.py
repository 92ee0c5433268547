"""A warm judge for each root, and the problems there as they are now."""

from collections.abc import Callable
from pathlib import Path

from judge.commands.inputs.find_problem import FreshProblems
from judge.run.warm_judge import WarmJudge


class Room:
    """One root: its judge, started with this, and its problems.

    Args:
        say: takes what takes long; called in the judge's thread.
    """

    def __init__(self, root: Path, say: Callable[[str], None]) -> None:
        self.root = root
        self.judge = WarmJudge(root, say=say)
        self.is_used = False  # somebody has had an answer
        self.problem = FreshProblems(root).problem


class Judges:
    """The rooms that were asked for.

    Args:
        say: takes a root and a sentence about what takes long there; called in another thread.
    """

    def __init__(self, say: Callable[[Path, str], None]) -> None:
        self._say = say
        self._rooms: dict[Path, Room] = {}

    def room(self, root: Path) -> Room:
        """The one for a root; made when it is asked for first."""
        if root not in self._rooms:
            self._rooms[root] = Room(root, lambda said: self._say(root, said))
        return self._rooms[root]

    def close(self) -> None:
        """End all workers."""
        while self._rooms:
            self._rooms.popitem()[1].judge.close()
