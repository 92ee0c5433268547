"""What typical mistakes give, to explain wrong numbers that nothing else explains.

No verdict on a right program needs it, and it takes three times as long as the reference: so it is found out
when somebody asks for it, and no more than once in a run.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from judge.errors import HarnessError
from judge.evidence import Evidence, Value
from judge.expected.cache_key import mistakes_key
from judge.expected.trusted_worker import Trusted, why
from judge.expected.truth import CaseTruth, Outputs, outputs_from_bytes, outputs_to_bytes
from judge.problem.model import Case, Problem
from judge.sandbox.talking.case_inputs import case_input
from judge.sandbox.talking.decode import BadRecord
from judge.sandbox.talking.requests import CaseInput
from judge.worker.wire import WireError

MISTAKES = "mistakes.py"


@dataclass(slots=True, kw_only=True)
class Mistakes:
    """What a problem's mistake variants give in its cases. Thread-safe.

    Attributes:
        cases: those that have a truth.
        fault: why what was asked for can't be found out.
        unsure: some was asked for and can't be found out, or not all of it: another time it may be.
    """

    trusted: Trusted
    problem: Problem
    cases: Sequence[Case]
    truths: Mapping[str, CaseTruth]
    fault: str | None = None
    unsure: bool = False
    _found: Mapping[str, Outputs] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def outputs(self) -> Mapping[str, Outputs]:
        """Name of a case → mistake variant → output. What can't be found out is left out, and told."""
        with self._lock:
            if self._found is None:
                self._found = self._kept_or_computed()
            return self._found

    def _kept_or_computed(self) -> Mapping[str, Outputs]:
        if not (self.problem.reference / MISTAKES).is_file():
            return {}
        try:
            truth_keys = self.trusted.keys(self.problem, self.cases)
            keys = {name: mistakes_key(key) for name, key in truth_keys.items()}
            stored = {name: self._stored(key) for name, key in keys.items()}
            found = {name: outputs for name, outputs in stored.items() if outputs is not None}
            missing = [case for case in self.cases if case.name not in found]
            if missing:
                fresh, unsure = self._computed(missing)
                self.unsure = bool(unsure)
                found |= fresh
                lasting = {
                    keys[name]: outputs_to_bytes(one) for name, one in fresh.items() if name not in unsure
                }
                self.trusted.keep(lasting)
        except Exception as error:  # noqa: BLE001 - costs an explanation, and no submission its result
            self.unsure = True
            self.fault = str(error) if isinstance(error, HarnessError) else f"{type(error).__name__}: {error}"
            self.trusted.note(f"the mistake variants of {self.problem.id} can't be used: {self.fault}")
            return {}
        return found

    def _stored(self, key: str) -> Outputs | None:
        data = self.trusted.stored(key)
        try:
            return None if data is None else outputs_from_bytes(data)
        except (WireError, BadRecord, AttributeError, KeyError, IndexError, TypeError):
            return None  # written by something else: computed again

    def _computed(self, cases: Sequence[Case]) -> tuple[dict[str, Outputs], set[str]]:
        """Case → mistake variant → output; a variant that fails is left out where it does, and named.

        Also the cases where one was stopped, by a limit or the machine: another time it may give something.

        Raises:
            HarnessError: the variants can't be loaded.
        """
        began, several = time.monotonic(), "s" * (len(cases) != 1)
        self.trusted.note(
            f"computing what typical mistakes in {self.problem.id} give in {len(cases)} case{several},"
            " to explain wrong numbers (kept for later runs; half a minute where the machine is free) ..."
        )
        program = self.trusted.program(self.problem, MISTAKES, "MISTAKES")
        names = self.trusted.table(program)
        asked = [case_input(self.problem, case, self.truths[case.name].arrays) for case in cases]
        calls = [
            replace(case, name=f"{index}", entry=name) for name in names for index, case in enumerate(asked)
        ]
        found, unsure = self._sorted(asked, calls, self.trusted.run(program, calls))
        self.trusted.note(f"they are known after {time.monotonic() - began:.1f} s")
        return found, unsure

    def _sorted(
        self, asked: Sequence[CaseInput], calls: Sequence[CaseInput], evidence: Evidence
    ) -> tuple[dict[str, Outputs], set[str]]:
        found: dict[str, dict[str, Value]] = {case.name: {} for case in asked}
        unsure: set[str] = set()
        failing: dict[str, list[tuple[str, str]]] = {}
        for call, one in zip_longest(calls, evidence.cases):
            case, name = asked[int(call.name)].name, str(call.entry)
            if one is None:  # not run at all
                unsure.add(case)
            elif one.value is not None:
                found[case][name] = one.value
            else:
                unsure |= {case} if one.stop is not None else set()
                failing.setdefault(name, []).append((case, why(one)))
        for name, cases in failing.items():
            (first, reason), more = cases[0], f" and {len(cases) - 1} more" if len(cases) > 1 else ""
            self.trusted.note(f"mistake variant {name} of {self.problem.id} fails on {first}{more}: {reason}")
        return dict(found), unsure
