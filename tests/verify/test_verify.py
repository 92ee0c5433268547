"""The checks as a list: named once, told in the guide, and one that can't be done is a fault of its own."""

import re
from pathlib import Path

from judge.errors import HarnessError
from judge.verify.record import Status
from judge.verify.verify import CHECKS, Check, _carried_out

GUIDE = Path(__file__).parents[2] / "docs/authors.md"


def test_the_guide_has_every_check_and_no_other():
    told = re.findall(r"^\| `(\w+)` \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(told) == {"reference", *(check.name for check in CHECKS)}
    assert len(told) == len(CHECKS) + 1


def test_a_check_that_cannot_be_carried_out_is_told_as_a_fault():
    def broken(_shop: object):
        raise HarnessError("there is no worker")
        yield

    record = _carried_out(Check(name="broken", title="Broken", run=broken), None)  # type: ignore[arg-type] # not asked
    assert [(one.status, one.message) for one in record.results] == [
        (Status.FAULT, "this could not be found out: there is no worker")
    ]
