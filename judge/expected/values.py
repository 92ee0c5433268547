"""Expected values: from the reference in a trusted worker, kept on disk."""

import time
from collections.abc import Callable, Mapping, Sequence

from judge.cases import materialise, needs_weights
from judge.errors import JudgeError, ReferenceFault
from judge.evidence import ArrayValue, CaseEvidence, Evidence, TreeValue
from judge.expected.mistakes import Mistakes
from judge.expected.promise import broken_promise
from judge.expected.trusted_worker import Trusted, why
from judge.expected.truth import CaseTruth, as_numpy, from_bytes, to_bytes
from judge.problem.model import Case, Problem
from judge.sandbox.talking.case_inputs import Arrays, blank_arrays, case_input
from judge.sandbox.talking.decode import BadRecord
from judge.worker.wire import WireError

REFERENCE = "reference.py"


class ExpectedValues:
    """Finds or computes what cases need for a verdict; one for a whole run."""

    def __init__(self, trusted: Trusted) -> None:
        self.trusted = trusted
        self.note = trusted.note

    def of(self, problem: Problem, cases: Sequence[Case]) -> dict[str, CaseTruth]:
        """Name → truth of every case; what the reference got wrong is in there as `fault`.

        Raises:
            ReferenceFault: the reference's files can't be read.
        """
        keys = self.trusted.keys(problem, cases)
        stored = {name: self._stored(key) for name, key in keys.items()}
        found = {name: truth for name, truth in stored.items() if truth is not None}
        missing = [case for case in cases if case.name not in found]
        if missing:
            fresh = self._compute(problem, missing)
            lasting = {keys[name]: to_bytes(truth) for name, truth in fresh.items() if truth.fault is None}
            self.trusted.keep(lasting)
            found |= fresh
        return found

    def mistakes(self, problem: Problem, cases: Sequence[Case], truths: Mapping[str, CaseTruth]) -> Mistakes:
        """What mistake variants give in these cases, which is found out when it is asked for."""
        return Mistakes(trusted=self.trusted, problem=problem, cases=cases, truths=truths)

    def _stored(self, key: str) -> CaseTruth | None:
        data = self.trusted.stored(key)
        try:
            return None if data is None else from_bytes(data)
        except (WireError, BadRecord, AttributeError, KeyError, IndexError, TypeError):
            return None  # written by something else: computed again

    def _compute(self, problem: Problem, cases: Sequence[Case]) -> dict[str, CaseTruth]:
        """Name → truth, of all of these cases."""
        began = time.monotonic()
        several = "s" * (len(cases) != 1)
        self.note(
            f"computing what {problem.id} expects in {len(cases)} case{several}"
            " (kept for later runs; at most some seconds) ..."
        )
        inputs, faults = self._inputs(problem, cases)
        truths = {name: CaseTruth(arrays={}, fault=fault) for name, fault in faults.items()}
        runnable = [case for case in cases if case.name in inputs]
        if runnable:
            truths |= self._outputs(problem, runnable, inputs)
        self.note(f"expected values of {problem.id} are ready after {time.monotonic() - began:.1f} s")
        return truths

    def _inputs(self, problem: Problem, cases: Sequence[Case]) -> tuple[dict[str, Arrays], dict[str, str]]:
        """Each case's arrays, or why they can't be made."""
        weights = self.weights(problem, [case for case in cases if needs_weights(case)])
        inputs: dict[str, Arrays] = {}
        faults: dict[str, str] = {}
        for case in cases:
            try:
                inputs[case.name] = materialise(problem, case, weights)
            except (JudgeError, ValueError, ArithmeticError, KeyError) as error:
                faults[case.name] = f"its data can't be made: {error}"
        return inputs, faults

    def weights(self, problem: Problem, cases: Sequence[Case]) -> Callable[[Case], Arrays]:
        """Case → the initial weights that trusted code gives for it."""
        evidence = Evidence()
        if cases:
            asked = [case_input(problem, case, blank_arrays(problem, case), abstract=True) for case in cases]
            program = self.trusted.program(problem, REFERENCE, "initial_weights")
            evidence = self.trusted.run(program, asked)
        found = {one.name: one for one in evidence.cases}

        def weights(case: Case) -> Arrays:
            if evidence.load_fault is not None:
                raise ReferenceFault(f"`initial_weights` can't be used: {evidence.load_fault.message}")
            given = found[case.name].value
            if not isinstance(given, TreeValue):
                raise ReferenceFault(f"`initial_weights` gave no dict of arrays: {why(found[case.name])}")
            return {key: as_numpy(item) for key, item in given.items if isinstance(item, ArrayValue)}

        return weights

    def _outputs(
        self, problem: Problem, cases: Sequence[Case], inputs: Mapping[str, Arrays]
    ) -> dict[str, CaseTruth]:
        asked = [case_input(problem, case, inputs[case.name]) for case in cases]
        program = self.trusted.program(problem, REFERENCE, problem.entry_point)
        evidence = self.trusted.run(program, asked)
        truths = {}
        for case in cases:
            one = next((one for one in evidence.cases if one.name == case.name), None)
            fault = _fault(problem, one, evidence)
            truths[case.name] = CaseTruth(
                arrays=inputs[case.name],
                value=one.value if one is not None and fault is None else None,
                fault=fault,
            )
        return truths


def _fault(problem: Problem, one: CaseEvidence | None, evidence: Evidence) -> str | None:
    """Why the reference gave no usable value for a case, None when it did."""
    if one is None:
        message = evidence.load_fault.message if evidence.load_fault is not None else "it did not run"
        return f"the reference can't be used: {message}"
    if one.value is None:
        return f"the reference failed: {why(one)}"
    return broken_promise(one.value, problem.returns, problem.tolerance)
