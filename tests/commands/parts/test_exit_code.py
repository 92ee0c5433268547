import itertools

import pytest

from judge.commands.parts.exit_code import Failures, SeveralErrors, did_you_mean, exit_code
from judge.errors import HarnessError, IsolationError, NoSubmissionError, UsageError


def test_the_exit_code_of_several_is_the_first_in_the_contracts_order():
    order = (130, 4, 2, 3, 5, 1, 0)
    for first, second in itertools.combinations(order, 2):
        assert exit_code((first, second)) == exit_code((second, first)) == first
    assert exit_code(order) == 130
    assert exit_code(()) == 0


def test_one_failure_is_raised_as_it_is():
    failures = Failures()
    with failures.noted():
        raise UsageError("no such path")
    with pytest.raises(UsageError, match="no such path"):
        failures.raise_all()


def test_several_failures_are_told_together():
    failures = Failures()
    for error in (NoSubmissionError("nothing"), IsolationError("no walls"), HarnessError("no jax")):
        with failures.noted():
            raise error
    with pytest.raises(SeveralErrors) as raised:
        failures.raise_all()
    assert (str(raised.value), raised.value.exit_code) == ("nothing\nno walls\nno jax", 4)


def test_without_failures_nothing_is_raised():
    failures = Failures()
    with failures.noted():
        pass
    failures.raise_all()
    assert failures.errors == []


def test_other_exceptions_are_not_kept():
    failures = Failures()
    with pytest.raises(ZeroDivisionError), failures.noted():
        raise ZeroDivisionError
    assert failures.errors == []


def test_the_nearest_name_is_suggested_when_there_is_one():
    assert did_you_mean("submision", ["submissions", "problems"]) == " Did you mean submissions?"
    assert did_you_mean("xyz", ["submissions"]) == ""
