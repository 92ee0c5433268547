"""What a submission may still take, all its cases together."""

from dataclasses import dataclass, field, replace

from judge.evidence import Stop, StopReason
from judge.problem.model import Limits
from judge.sandbox.talking.conversation import Answer

MOST_BROKEN = 2  # cases that break a time limit; the others would, too
NEARLY = 0.9  # of a case's limit: where so much is left, the case may have all of it
TIMES = {StopReason.WALL, StopReason.CPU}


@dataclass(slots=True)
class Allowance:
    """One submission's time.

    Attributes:
        used: wall seconds that its questions took, loading and tracing included; not those that it waited.
        broken: how questions ended that broke a time limit.
    """

    limits: Limits
    used: float = 0.0
    broken: list[Stop] = field(default_factory=list)

    def left(self, limits: Limits | None = None) -> Limits:
        """What the next question may take: the limits of one, but no more than is left."""
        asked, left = limits or self.limits, max(self.limits.in_all - self.used, 0)
        return asked if left >= NEARLY * asked.wall_s else replace(asked, wall_s=left)

    def refusal(self) -> Stop | None:
        """Why nothing more is run, None where the next case may be."""
        if len(self.broken) >= MOST_BROKEN:
            last = self.broken[-1]
            detail = f"not run: {MOST_BROKEN} cases before it broke the time limit"
            return Stop(reason=last.reason, limit=last.limit, detail=detail, unrun=True)
        if self.used >= self.limits.in_all:
            detail = f"not run: the {self.limits.in_all:g} s that all cases may take together were used up"
            return Stop(reason=StopReason.WALL, limit=self.limits.in_all, detail=detail, unrun=True)
        return None

    def spend(self, answer: Answer) -> Answer:
        """Count what a question took; says so where it was stopped because nothing was left."""
        cut = self.left().wall_s < self.limits.wall_s
        self.used += answer.seconds
        stop = answer.stop
        if stop is None or stop.reason not in TIMES:
            return answer
        if stop.reason is StopReason.WALL and cut:
            detail = f"the {self.limits.in_all:g} s that all cases may take together are used up"
            stop = replace(stop, limit=self.limits.in_all, detail=detail)
        self.broken.append(stop)
        return replace(answer, stop=stop)
