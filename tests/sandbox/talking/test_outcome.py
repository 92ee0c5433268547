"""What a worker answered → evidence, where the answer is forged."""

import pytest

from judge.evidence import StopReason
from judge.problem.model import Limits
from judge.sandbox.limits.tree_usage import Usage
from judge.sandbox.talking.conversation import Answer
from judge.sandbox.talking.outcome import case_evidence, function_names
from judge.worker.wire import Record


@pytest.mark.parametrize("size", [10**4299, 1 << 63, 0, -1, True, 1.5, None, "many"])
def test_an_impossible_number_of_returned_bytes_is_no_result(size: object) -> None:
    answer = Answer(Record({"op": "too-large", "bytes": size}), None, 0.0, Usage())
    stop = case_evidence("plain", answer, Limits()).stop
    assert stop is not None
    assert stop.reason is StopReason.PROTOCOL


def test_a_possible_one_is_the_limit_that_was_broken() -> None:
    answer = Answer(Record({"op": "too-large", "bytes": 1 << 20}), None, 0.0, Usage())
    stop = case_evidence("plain", answer, Limits()).stop
    assert stop is not None
    assert (stop.reason, stop.measured) == (StopReason.RETURNED, 1024.0)


@pytest.mark.parametrize(
    ("names", "found"),
    [(5, ()), (None, ()), ("ab", ()), (["a", 3], ("a", "3")), (["x" * 5000], ("x" * 2000,))],
)
def test_names_are_a_list_or_none(names: object, found: tuple[str, ...]) -> None:
    assert function_names(Record({"op": "loaded", "names": names})) == found
