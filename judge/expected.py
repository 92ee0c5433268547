"""Expected values: from the reference in a trusted worker, kept on disk.

An entry is found under a key made of all that it depends on (judge.fingerprint), so a stale one is never
found. Entries stand in the judge's own cache folder, and no learner's worker is ever told where.
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from judge.cases import materialise, needs_weights
from judge.compare import fault_of_expected
from judge.disk import prune, read_checked, write_checked
from judge.errors import JudgeError, ReferenceFault, SandboxFault
from judge.evidence import ArrayValue, CaseEvidence, Evidence, TreeValue, Value
from judge.fingerprint import compile_key, truth_key
from judge.problem.model import Case, Limits, Problem
from judge.sandbox.decode import BadRecord
from judge.sandbox.questions import CaseInput, Program, WarmUp
from judge.sandbox.session import Sandbox
from judge.truth import CaseTruth, as_numpy, from_bytes, to_bytes
from judge.wiring import Arrays, blank_arrays, case_input, warm_up
from judge.worker.wire import WireError

# Trusted code may take its time: the first run compiles every primitive.
TRUSTED_LIMITS = Limits(wall_s=300, cpu_s=600, total_s=3600, memory_mib=8192, output_kib=16384)
RARER = "compile_ahead"  # of a warm-up program: what is compiled once, and not gone through by each worker
WARMING_SECONDS = 60  # for a warm-up, the first time: longer than that none is worth
REFERENCE, MISTAKES = "reference.py", "mistakes.py"


def compiled_folder(cache_dir: Path, versions: Mapping[str, str]) -> Path:
    """Where programs compiled by trusted code are kept."""
    return cache_dir / "compiled" / compile_key(versions)


class Truths:
    """Finds or computes what cases need; one for a whole run.

    Args:
        versions: of Python and the packages that workers run with.
        cache_dir: the judge's cache folder. note: says what takes long.
    """

    def __init__(
        self, sandbox: Sandbox, versions: Mapping[str, str], cache_dir: Path, note: Callable[[str], None]
    ) -> None:
        self.sandbox = sandbox
        self.versions = versions
        self.folder = cache_dir / "expected"
        self.compiled = compiled_folder(cache_dir, versions)
        self.note = note

    def of(self, problem: Problem, cases: Sequence[Case]) -> dict[str, CaseTruth]:
        """Name → truth of every case; what the reference got wrong is in there as `fault`.

        Raises:
            ReferenceFault: the reference's files can't be read.
        """
        try:
            keys = {case.name: truth_key(problem, case, self.versions) for case in cases}
        except OSError as error:
            raise ReferenceFault(f"the reference of {problem.id} can't be read: {error}") from error
        stored = {name: self._stored(key) for name, key in keys.items()}
        found = {name: truth for name, truth in stored.items() if truth is not None}
        missing = [case for case in cases if case.name not in found]
        if missing:
            fresh, final = self._compute(problem, missing)
            for name in final:
                write_checked(self._path(keys[name]), to_bytes(fresh[name]))
            prune(self.folder)
            found |= fresh
        return found

    def warm_up(self, problem: Problem, cases: Sequence[Case]) -> WarmUp | None:
        """The problem's warm-up, gone through once so that what it compiles is kept for learners' workers.

        None where it has none, or it fails, of which its author is told; what starts workers has traced it.
        """
        try:
            asked = warm_up(problem, cases)
        except (OSError, UnicodeDecodeError) as error:
            self.note(f"the warm-up program of {problem.id} can't be read: {error}")
            return None
        if asked is None:
            return None
        why = self._compiled(problem, asked)
        why = self.sandbox.launcher.warm(asked) if why is None else why
        if why is None:
            return asked
        self.note(
            f"the warm-up program of {problem.id} is left out, which costs time and nothing else: {why}"
        )
        return None

    def _compiled(self, problem: Problem, asked: WarmUp) -> str | None:
        """Have what it compiles kept; why it fails."""
        done = self.compiled / f"warmed-{asked.digest}"
        if done.exists() or not self._can_keep():
            return None
        limits = replace(TRUSTED_LIMITS, wall_s=WARMING_SECONDS, memory_mib=problem.limits.memory_mib)
        rarer = [replace(asked, entry_point=RARER)] if f"\ndef {RARER}(" in asked.source else []
        try:
            for part in (asked, *rarer):
                why = self.sandbox.warm(self._warming(problem, part), limits)
                if why is not None:
                    return why
        except SandboxFault as error:
            return str(error)
        with suppress(OSError):
            done.touch()
        return None

    def _can_keep(self) -> bool:
        """Whether programs that are compiled now are there the next time."""
        with suppress(OSError):  # a cache that can't be written only makes runs slower
            self.compiled.mkdir(parents=True, exist_ok=True)
        return os.access(self.compiled, os.W_OK)

    def _warming(self, problem: Problem, asked: WarmUp) -> Program:
        return Program(
            name="warmup.py",
            source=asked.source,
            entry_point=asked.entry_point,
            parameters=tuple(parameter.name for parameter in problem.parameters),
            cache_dir=self.compiled,
            cache_write=True,
            warm_up=asked,
        )

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key

    def _stored(self, key: str) -> CaseTruth | None:
        data = read_checked(self._path(key))
        try:
            return None if data is None else from_bytes(data)
        except (WireError, BadRecord, AttributeError, KeyError, IndexError, TypeError):
            return None  # written by something else: computed again

    def _compute(self, problem: Problem, cases: Sequence[Case]) -> tuple[dict[str, CaseTruth], list[str]]:
        """Name → truth, and the names of those that would come out the same again: they can be kept."""
        began = time.monotonic()
        several = "s" * (len(cases) != 1)
        self.note(
            f"computing what {problem.id} expects in {len(cases)} case{several}"
            " (kept for later runs; about 10 to 60 seconds) ..."
        )
        self._can_keep()
        inputs, faults = self._inputs(problem, cases)
        truths = {name: CaseTruth(arrays={}, fault=fault) for name, fault in faults.items()}
        runnable = [case for case in cases if case.name in inputs]
        lasting: list[str] = []
        if runnable:
            outputs, lasting = self._outputs(problem, runnable, inputs)
            truths |= outputs
        prune(self.compiled.parent)
        self.note(f"expected values of {problem.id} are ready after {time.monotonic() - began:.1f} s")
        return truths, lasting

    def _inputs(self, problem: Problem, cases: Sequence[Case]) -> tuple[dict[str, Arrays], dict[str, str]]:
        """Each case's arrays, or why they can't be made."""
        weights = self._weights(problem, [case for case in cases if needs_weights(case)])
        inputs: dict[str, Arrays] = {}
        faults: dict[str, str] = {}
        for case in cases:
            try:
                inputs[case.name] = materialise(problem, case, weights)
            except (JudgeError, ValueError, ArithmeticError, KeyError) as error:
                faults[case.name] = f"its data can't be made: {error}"
        return inputs, faults

    def _weights(self, problem: Problem, cases: Sequence[Case]) -> Callable[[Case], Arrays]:
        """Case → the initial weights that trusted code gives for it."""
        evidence = Evidence()
        if cases:
            asked = [case_input(problem, case, blank_arrays(problem, case), abstract=True) for case in cases]
            evidence = self._run(self._program(problem, REFERENCE, "initial_weights"), asked)
        found = {one.name: one for one in evidence.cases}

        def weights(case: Case) -> Arrays:
            if evidence.load_fault is not None:
                raise ReferenceFault(f"`initial_weights` can't be used: {evidence.load_fault.message}")
            given = found[case.name].value
            if not isinstance(given, TreeValue):
                raise ReferenceFault(f"`initial_weights` gave no dict of arrays: {_why(found[case.name])}")
            return {key: as_numpy(item) for key, item in given.items if isinstance(item, ArrayValue)}

        return weights

    def _run(self, program: Program, asked: Sequence[CaseInput]) -> Evidence:
        """All cases in one trusted process: to it, none is hidden."""
        return self.sandbox.judge(program, [replace(one, hidden=False) for one in asked], TRUSTED_LIMITS)

    def _outputs(
        self, problem: Problem, cases: Sequence[Case], inputs: Mapping[str, Arrays]
    ) -> tuple[dict[str, CaseTruth], list[str]]:
        asked = [case_input(problem, case, inputs[case.name]) for case in cases]
        evidence = self._run(self._program(problem, REFERENCE, problem.entry_point), asked)
        mistakes, unsure = self._mistakes(problem, asked)
        truths = {}
        for case in cases:
            one = next((one for one in evidence.cases if one.name == case.name), None)
            fault = _fault(problem, one, evidence)
            truths[case.name] = CaseTruth(
                arrays=inputs[case.name],
                value=one.value if one is not None and fault is None else None,
                mistakes=mistakes[case.name],
                fault=fault,
            )
        return truths, [name for name, truth in truths.items() if truth.fault is None and name not in unsure]

    def _mistakes(
        self, problem: Problem, asked: Sequence[CaseInput]
    ) -> tuple[dict[str, dict[str, Value]], set[str]]:
        """Case → mistake variant → output; a variant that fails is left out where it does, and named.

        Also the cases where one was stopped, by a limit or the machine: another time it may give something.
        """
        found: dict[str, dict[str, Value]] = {case.name: {} for case in asked}
        unsure: set[str] = set()
        if not (problem.reference / MISTAKES).is_file():
            return found, unsure
        program = self._program(problem, MISTAKES, "MISTAKES")
        try:
            names = self.sandbox.table(program, TRUSTED_LIMITS)
        except SandboxFault as error:
            self.note(f"the mistake variants of {problem.id} can't be used: {error}")
            return found, set(found)
        calls = [
            replace(case, name=f"{index}", entry=name) for name in names for index, case in enumerate(asked)
        ]
        evidence = self._run(program, calls)
        for call, one in zip(calls, evidence.cases, strict=False):
            case = asked[int(call.name)].name
            if one.value is not None:
                found[case][str(call.entry)] = one.value
            else:
                unsure |= {case} if one.stop is not None else set()
                self.note(f"mistake variant {call.entry} of {problem.id} fails on {case}: {_why(one)}")
        return found, unsure

    def _program(self, problem: Problem, file: str, entry_point: str) -> Program:
        path = problem.reference / file
        try:
            source = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ReferenceFault(f"{path} can't be read: {error}") from error
        return Program(
            name=file,
            source=source,
            entry_point=entry_point,
            parameters=tuple(parameter.name for parameter in problem.parameters),
            path=path,
            folder=problem.reference,
            cache_dir=self.compiled if self.compiled.is_dir() else None,
            cache_write=True,
        )


def _fault(problem: Problem, one: CaseEvidence | None, evidence: Evidence) -> str | None:
    """Why the reference gave no usable value for a case, None when it did."""
    if one is None:
        message = evidence.load_fault.message if evidence.load_fault is not None else "it did not run"
        return f"the reference can't be used: {message}"
    if one.value is None:
        return f"the reference failed: {_why(one)}"
    return fault_of_expected(one.value, problem.returns)


def _why(one: CaseEvidence) -> str:
    if one.exception is not None:
        line = f" (line {one.exception.line})" if one.exception.line else ""
        text = f": {one.exception.message}" if one.exception.message else ""
        return f"{one.exception.type}{text}{line}"
    if one.stop is not None:
        return one.stop.detail
    return "it gave something else"
