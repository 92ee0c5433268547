"""A run on the nodes of a Dask scheduler."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from judge import __version__
from judge.cluster.connect import Link
from judge.cluster.hand_out import HandOut
from judge.cluster.nodes import Nodes
from judge.cluster.records import RunOrder, exercise_of
from judge.report import Report, RunHead
from judge.run.at_work import judge_all
from judge.run.intake import RunRequest
from judge.run.kept_results import KeptResults
from judge.run.outcome import report_of
from judge.run.progress import OneAtATime, Progress
from judge.run.runner import Interrupted


@dataclass(frozen=True, slots=True)
class Cluster:
    """Nodes that are ready for a run.

    Attributes:
        digests: of the exercises, by the identity of a job's problem and extra cases.
    """

    link: Link
    nodes: Nodes
    digests: dict[tuple[int, int], str]

    @property
    def environment(self) -> dict[str, Any]:
        """What results depend on there, as reports have it; and the kinds of nodes if they aren't as here."""
        kinds = self.nodes.kinds()
        return {**self.nodes.environment, **({"nodes": kinds} if kinds else {})}

    @property
    def processors(self) -> str:
        """The processors of the nodes, each kind once."""
        return "\n\n".join(sorted(self.nodes.processors))

    def run(
        self,
        request: RunRequest,
        progress: Progress,
        kept: KeptResults | None = None,
        *,
        at_once: int | None = None,
        tell: bool = False,
    ) -> Report:
        """Judge all submissions of a request; its entropy may have become a store's since.

        Args:
            kept: results that outlive the run. at_once: how many may be judged at a time, None for as many as
                the nodes have threads. tell: say which node judged what.

        Raises:
            Interrupted: Ctrl-C; it carries the partial report.
        """
        began = time.monotonic()
        progress = OneAtATime(progress)
        head = RunHead(judge_version=__version__, entropy=request.entropy, environment=self.environment)
        progress.opened(head)
        hand_out = HandOut(self.link, self.nodes, request, self.digests, at_once=at_once, tell=tell)
        results, complete = judge_all(hand_out, request, progress, kept)
        report = report_of(head, results, complete=complete, seconds=time.monotonic() - began)
        if not complete:
            raise Interrupted(report)
        return report


@contextmanager
def cluster_for(address: str, request: RunRequest, note: Callable[[str], None]) -> Iterator[Cluster]:
    """The nodes of the scheduler at an address, made ready for a request.

    Raises:
        UsageError, IsolationError: the address can't be used. ReferenceFault: a problem can't be read.
        HarnessError: there is no scheduler, or no node that can judge.
    """
    by_job = {(id(job.problem), id(job.extra)): job for job in request.jobs}
    exercises = {key: exercise_of(job.problem, job.extra) for key, job in by_job.items()}
    order = RunOrder(
        run=secrets.token_hex(8),
        entropy=request.entropy,
        case_names=request.case_names,
        isolation=request.isolation,
        require_isolation=request.require_isolation,
        want_flow=request.want_flow,
        require_flow=request.require_flow,
        exercises={exercise.digest: exercise for exercise in exercises.values()},
    )
    with closing(Link(address)) as link, closing(Nodes(link, order, note)) as nodes:
        nodes.open()
        yield Cluster(link, nodes, {key: exercise.digest for key, exercise in exercises.items()})
