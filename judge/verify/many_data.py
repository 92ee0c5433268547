"""The cases with other data: fixed data from other seeds, drawn cases from other entropies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from judge.cases import expand, materialise, needs_weights
from judge.expected.values import ExpectedValues
from judge.problem.model import Case, Problem
from judge.sandbox.talking.case_inputs import Arrays, case_input
from judge.sandbox.talking.requests import CaseInput
from judge.verify.measured import family


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One case with other data than it is shipped with."""

    case: Case
    number: int  # the data seed, or the entropy
    fixed: bool

    @property
    def where(self) -> str:
        """As a person would name it."""
        return f"{self.case.name} {'with data seed' if self.fixed else 'at entropy'} {self.number}"


def other_data(problem: Problem, seeds: int, entropies: int) -> Iterator[Instance]:
    """Fixed cases with the data seeds from 0, then drawn ones with the entropies from 0."""
    fixed = {template.name for template in problem.cases if template.data_seed is not None}
    for seed in range(seeds):
        for case in expand(problem, 0):
            if family(case.name) in fixed:
                yield Instance(case=replace(case, data_seed=seed), number=seed, fixed=True)
    for entropy in range(entropies):
        drawn = [case for case in expand(problem, entropy) if family(case.name) not in fixed]
        for several in _families(drawn):
            yield Instance(case=several[entropy % len(several)], number=entropy, fixed=False)


def _families(cases: Sequence[Case]) -> Iterator[list[Case]]:
    """The cases of each template: drawn in one way, so that one of them at an entropy is as good as all."""
    for _, several in groupby(cases, key=lambda case: family(case.name)):
        yield list(several)


def calls(problem: Problem, truths: ExpectedValues, instances: Sequence[Instance]) -> list[CaseInput]:
    """The call of each. Initial weights are asked for once for all cases with the same numbers and shapes.

    Raises:
        HarnessError: data can't be made.
    """
    asked: dict[str, Case] = {}
    for instance in instances:
        if needs_weights(instance.case):
            asked.setdefault(_numbers(instance.case), instance.case)
    named = {key: replace(case, name=f"{place}") for place, (key, case) in enumerate(asked.items())}
    ask = truths.weights(problem, list(named.values()))
    known: dict[str, Arrays] = {}

    def weights(case: Case) -> Arrays:
        key = _numbers(case)
        if key not in known:
            known[key] = ask(named[key])
        return known[key]

    return [case_input(problem, one.case, materialise(problem, one.case, weights)) for one in instances]


def _numbers(case: Case) -> str:
    return repr((sorted(case.arguments.items()), sorted(case.shapes.items())))
