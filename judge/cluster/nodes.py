"""The nodes that take part in a run: each is asked before it is given anything."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from judge.cluster.connect import Link, begun, is_private
from judge.cluster.node import begin_run, end_run, want_run
from judge.cluster.records import NodeFacts, RunOrder, package_digest
from judge.errors import HarnessError, IsolationError
from judge.expected.cache_key import machine
from judge.run.versions import installed_versions
from judge.sandbox.starting.tiers import NAMES

FIRST_SECONDS = 120.0  # until a first node is ready: it imports everything, on a busy machine
SAY_SECONDS = 5.0
OTHERS_SECONDS = 10.0  # that others get beside it; those that come later join in
END_SECONDS = 20.0  # that nodes get to end a run: one that is gone doesn't answer
LOOK_SECONDS = 0.1
ASK_SECONDS = 1.0  # which workers there are
WANT_SECONDS = 15.0  # that runs are told that they are wanted


class Nodes:
    """Which workers of a scheduler judge for this run. One thread calls `look`; all others may read.

    Args:
        note: takes a sentence about each node that comes, goes or is left out.
    """

    def __init__(self, link: Link, order: RunOrder, note: Callable[[str], None]) -> None:
        self.link = link
        self.order = order
        self.note = note
        self.environment: Mapping[str, Any] = {}
        self.processors: frozenset[str] = frozenset()  # that the report, and keys of a store, were made for
        self.taking_part: dict[str, NodeFacts] = {}
        self.refused: dict[str, NodeFacts] = {}
        self._asked: set[str] = set()
        self._seen: set[str] = set()
        self._answers: dict[str, NodeFacts] = {}
        self._lock = threading.Lock()
        self._wanting: threading.Thread | None = None
        self._last_wanted = time.monotonic()

    @property
    def threads(self) -> int:
        """How many submissions are judged at once."""
        return sum(facts.threads for facts in tuple(self.taking_part.values()))

    def open(self) -> None:
        """Wait for the first nodes.

        Raises:
            IsolationError, HarnessError: there is none that could judge.
        """
        began = time.monotonic()
        first, said = None, False
        while True:
            self._ask_new(self._present())
            with self._lock:
                usable = [facts for facts in self._answers.values() if not facts.refusal]
                waiting = len(self._asked) - len(self._answers)
            now = time.monotonic()
            first = first or (now if usable else None)
            if usable and (not waiting or now - (first or now) > OTHERS_SECONDS):
                break
            if not self._asked and now - began > SAY_SECONDS and not said:
                said = True
                self.note("no worker has joined the scheduler yet: waiting for one")
            if now - began > FIRST_SECONDS or (self._answers and not waiting):
                break
            time.sleep(LOOK_SECONDS)
        if usable:
            best = min(usable, key=lambda facts: NAMES.index(_tier(facts)))
            self.environment = best.environment or {}
        self._take_answers(set(self._answers))
        if not self.taking_part:
            raise self._nobody()
        self.processors = frozenset(facts.machine for facts in self.taking_part.values())

    def look(self) -> None:
        """Whom there is now."""
        present = self._present()
        for address in [one for one in self.taking_part if one not in present]:
            self.forget(address)
            self.note(f"node {address} is gone")
        self._ask_new(present)
        self._take_answers(present)
        is_told = self._wanting is None or not self._wanting.is_alive()
        if is_told and time.monotonic() - self._last_wanted > WANT_SECONDS:
            self._last_wanted = time.monotonic()
            self._wanting = begun(self._want)

    def forget(self, address: str) -> None:
        """Ask a node anew, if it is there: it doesn't know of the run any longer."""
        with self._lock:
            self.taking_part.pop(address, None)
            self._answers.pop(address, None)
            self._asked.discard(address)

    def forget_all(self) -> None:
        """Another scheduler has other workers, even where their addresses are the same."""
        for address in tuple(self._asked):
            self.forget(address)
        self.refused.clear()

    def is_everybody(self, nodes: frozenset[str]) -> bool:
        """Whether no worker of the scheduler is left out, or still to be asked."""
        return nodes == self._seen

    def close(self) -> None:
        """End the run on all nodes."""
        begun(self._run, end_run, self.order.run).join(END_SECONDS)

    def kinds(self) -> list[dict[str, Any]]:
        """What sorts of machines take part, where that isn't this one's alone."""
        there = tuple(self.taking_part.values())
        nodes = Counter(facts.machine for facts in there)
        if set(nodes) <= {machine()}:
            return []
        threads: Counter[str] = Counter()
        for facts in there:
            threads[facts.machine] += facts.threads
        return [
            {"processor": _processor(kind), "nodes": count, "threads": threads[kind]}
            for kind, count in sorted(nodes.items())
        ]

    def _present(self) -> set[str]:
        try:
            self._seen = set(self.link.client.nthreads())
        except Exception:  # noqa: BLE001 - whatever it is: the scheduler doesn't answer, maybe later
            return set(self.taking_part)
        return self._seen

    def _ask_new(self, present: set[str]) -> None:
        for address in present - self._asked:
            self._asked.add(address)
            if is_private(address):
                begun(self._ask, address)
            else:
                refusal = "what is sent there could be read on the way; start it with tls://"
                self._answers[address] = NodeFacts(refusal=refusal, no_isolation=True)

    def _ask(self, address: str) -> None:
        try:
            answers = self.link.client.run(
                begin_run, self.order, package_digest(), workers=[address], on_error="return"
            )
            found = answers.get(address)
        except Exception as error:  # noqa: BLE001 - a node that goes meanwhile, or has no judge
            found = error
        if not isinstance(found, NodeFacts):
            found = NodeFacts(refusal=f"it can't be asked: {' '.join(str(found).split())[:300]}")
        with self._lock:
            self._answers[address] = found

    def _take_answers(self, present: set[str]) -> None:
        with self._lock:
            fresh = {
                address: facts
                for address, facts in self._answers.items()
                if address in present and address not in {*self.taking_part, *self.refused}
            }
        for address, facts in fresh.items():
            refusal = facts.refusal or self._unlike(facts)
            if refusal:
                self.refused[address] = NodeFacts(refusal=refusal, no_isolation=facts.no_isolation)
                self.note(f"node {address} is left out: {refusal}")
            else:
                self.taking_part[address] = facts
                several = "s" * (facts.threads != 1)
                self.note(f"node {address} judges {facts.threads} submission{several} at once")

    def _unlike(self, facts: NodeFacts) -> str:
        """What makes this node's results others than those of the rest."""
        theirs = facts.environment or {}
        for name, version in {**self.environment, **installed_versions()}.items():
            if theirs.get(name) != version:
                return f"its {name} is {theirs.get(name)}, and {version} is what counts in this run"
        if self.processors and facts.machine not in self.processors:
            return f"its processor ({_processor(facts.machine)}) is none of those that the run began with"
        return ""

    def _want(self) -> None:
        for address, is_there in self._run(want_run, self.order.run).items():
            if is_there is False:
                self.forget(address)

    def _run(self, what: Callable[..., Any], run: str) -> dict[str, Any]:
        workers = tuple(self.taking_part)
        if not workers or self.link.client.status != "running":
            return {}
        try:
            found: dict[str, Any] = self.link.client.run(what, run, workers=list(workers), on_error="return")
        except Exception:  # noqa: BLE001 - a scheduler that goes; nodes find out for themselves
            return {}
        return found

    def _nobody(self) -> HarnessError | IsolationError:
        told = "; ".join(f"{address}: {facts.refusal}" for address, facts in self.refused.items())
        if not told:
            return HarnessError(f"no worker has joined the scheduler in {FIRST_SECONDS:.0f} s")
        kind = IsolationError if all(one.no_isolation for one in self.refused.values()) else HarnessError
        return kind(f"no node can judge: {told}")


def _tier(facts: NodeFacts) -> str:
    return str((facts.environment or {}).get("isolation", {}).get("tier", "none"))


def _processor(kind: str) -> str:
    """The name of a processor, of what `machine` says."""
    named = [line.partition(":")[2].strip() for line in kind.splitlines() if line.startswith("model name")]
    return named[0] if named else " ".join(kind.split()[:2])
