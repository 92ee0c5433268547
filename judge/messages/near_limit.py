"""Which limit a submission came near to without breaking any."""

from collections.abc import Sequence

from judge.evidence import CaseEvidence
from judge.problem.model import Limits
from judge.report import NearLimit

NEAR = 0.5  # of a limit: what takes more of it may break it on another machine


def near_limit(cases: Sequence[CaseEvidence], seconds: float, limits: Limits) -> NearLimit | None:
    """The limit of which most was used in these cases, where that is more than half.

    Args:
        cases: public ones. seconds: wall time of the submission, without hidden cases.
    """
    shares = [("total", seconds / limits.in_all)]
    for case in cases:
        shares += [("wall", case.seconds / limits.wall_s)]
        shares += [("cpu", (case.cpu_seconds or 0.0) / limits.cpu_s)]
        shares += [("memory", (case.peak_memory_mib or 0.0) / limits.memory_mib)]
    limit, share = max(shares, key=lambda one: one[1])
    return NearLimit(limit=limit, share=round(share, 2)) if share > NEAR else None
