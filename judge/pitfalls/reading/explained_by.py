"""Which finding explains which: one mistake gives one finding.

Independent mistakes are independent findings; what follows from another mistake is left out. Detectors see
the flow, and leave out what they can tell themselves; what is left is decided here, and nowhere else.
"""

from collections.abc import Iterable, Mapping

from judge.finding import Finding
from judge.pitfalls.reading.from_outputs import explained_by_others

EXPLAINS: Mapping[str, frozenset[str]] = {
    "full-precision-forward": frozenset(
        {"uncast-inputs", "uncast-targets", "full-precision-loss", "full-precision-final-loss"}
    ),
    "clipped-scaled-grads": frozenset({"doubly-unscaled-grads"}),  # a sign has no factor to divide
    "update-per-micro-batch": frozenset({"summed-grads", "last-micro-batch-only"}),
    "partial-loss-returned": frozenset({"stale-loss", "update-discarded"}),  # all of them are its one return
    "update-discarded": frozenset({"lr-ignored", "stale-loss"}),
}


def causes(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that no other one explains, each once, sorted by line (those without one last)."""
    unique = list({finding.pitfall: finding for finding in reversed(list(findings))}.values())
    unique = [finding for finding in unique if not explained_by_others(finding, unique)]
    explained = frozenset().union(*(EXPLAINS.get(finding.pitfall, frozenset()) for finding in unique))
    kept = [finding for finding in unique if finding.pitfall not in explained]
    return tuple(sorted(kept, key=lambda finding: (finding.line is None, finding.line or 0, finding.pitfall)))
