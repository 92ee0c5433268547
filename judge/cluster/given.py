"""One submission that was given to nodes, or waits to be."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from distributed import Future as Task

from judge.cluster.records import Sent
from judge.report import SubmissionResult
from judge.run.intake import Job


@dataclass(slots=True, eq=False)
class Given:
    """One submission on its way.

    Attributes:
        times: how often it was given out. tries: how often it came back without a result.
        alone: it was there when workers ended, so that it is given out by itself, to one node.
        ended: how many of those ended.
        lost: how often all nodes that it could have gone to were gone.
        nodes: that it may go to. avoided: where it failed. task: None where it waits to be given out.
        judged_by: the node whose result it is, empty where there is none yet, or none had one.
    """

    number: int
    job: Job
    what: Sent
    result: Future[SubmissionResult] = field(default_factory=Future)
    tries: int = 0
    times: int = 0
    alone: bool = False
    ended: int = 0
    lost: int = 0
    nodes: frozenset[str] = frozenset()
    avoided: frozenset[str] = frozenset()
    task: "Task[Any] | None" = None
    judged_by: str = ""
