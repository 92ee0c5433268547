"""One pitfall = one file = one page: NAME, SEVERITY, docstring, detect(clues)."""

import re
from collections.abc import Iterator
from typing import Protocol

from judge.finding import Finding, Severity
from judge.flow.facts import HALVES
from judge.pitfalls import (
    clipped_scaled_grads,
    count_not_reset,
    doubly_unscaled_grads,
    full_precision_final_loss,
    full_precision_forward,
    full_precision_loss,
    last_micro_batch_only,
    low_precision_accumulator,
    low_precision_grads,
    low_precision_loss_scale,
    low_precision_unscale,
    low_precision_update,
    lr_ignored,
    masked_by_multiplication,
    master_downcast,
    missing_loss_scale,
    partial_finite_check,
    partial_loss_returned,
    scale_grown_early,
    scale_not_grown,
    scale_not_reduced,
    scale_unbounded,
    scaled_loss_returned,
    seed_ignored,
    stale_loss,
    summed_grads,
    uncast_inputs,
    uncast_targets,
    unchecked_overflow,
    unscaled_grads,
    update_discarded,
    update_per_micro_batch,
    wrong_half_dtype,
    wrong_output_dtype,
    wrong_output_shape,
)
from judge.pitfalls.reading.clues import CaseClue, Clues
from judge.pitfalls.reading.explained_by import causes
from judge.pitfalls.reading.from_outputs import by_numbers, refuted


class Pitfall(Protocol):
    """What each file of this package provides; its docstring is its page."""

    NAME: str
    SEVERITY: Severity
    __doc__: str | None

    def detect(self, clues: Clues) -> Iterator[Finding]:
        """The findings of this pitfall in one submission."""


PITFALLS: tuple[Pitfall, ...] = (
    master_downcast,
    unscaled_grads,
    doubly_unscaled_grads,
    missing_loss_scale,
    low_precision_loss_scale,
    low_precision_unscale,
    clipped_scaled_grads,
    low_precision_grads,
    low_precision_update,
    uncast_inputs,
    uncast_targets,
    full_precision_forward,
    full_precision_loss,
    low_precision_accumulator,
    summed_grads,
    last_micro_batch_only,
    update_per_micro_batch,
    partial_loss_returned,
    wrong_half_dtype,
    scaled_loss_returned,
    stale_loss,
    update_discarded,
    full_precision_final_loss,
    seed_ignored,
    lr_ignored,
    wrong_output_shape,
    wrong_output_dtype,
    unchecked_overflow,
    partial_finite_check,
    masked_by_multiplication,
    scale_not_reduced,
    scale_not_grown,
    scale_grown_early,
    count_not_reset,
    scale_unbounded,
)


def diagnose(clues: Clues) -> tuple[Finding, ...]:
    """All findings of one submission, sorted by line, without those that another one explains."""
    wanted = [pitfall for pitfall in PITFALLS if pitfall.NAME in clues.problem.pitfalls]
    told = [finding for pitfall in wanted for finding in pitfall.detect(clues)]
    titles = {pitfall.NAME: title(pitfall, clues.compute) for pitfall in wanted}
    return causes([*(finding for finding in told if not refuted(clues, finding)), *by_numbers(clues, titles)])


def title(pitfall: Pitfall, compute: str) -> str:
    """The first sentence of a pitfall's page, as a part of another one.

    Args:
        compute: the half precision that the exercise computes in.
    """
    first = (pitfall.__doc__ or pitfall.NAME).split("\n", 1)[0].removesuffix(".")
    sentence = first[:1].lower() + first[1:]
    if compute not in HALVES:
        return sentence
    names = {
        "half precision": compute,
        HALVES[0]: compute,
        compute: HALVES[0],
    }  # pages speak of the first one
    return re.sub("|".join(rf"\b{name}\b" for name in names), lambda found: names[found[0]], sentence)


__all__ = ["PITFALLS", "CaseClue", "Clues", "Pitfall", "diagnose"]
