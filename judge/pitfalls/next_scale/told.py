"""Which mistakes the numbers of all public cases tell, however the step is written.

Each is read of several cases together: what becomes of scale, count and loss after an overflow, at growth and
in ordinary steps. What another mistake does to them (gradients that never overflow, a loss that is off) is no
mistake of these.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from judge.pitfalls.next_scale.outcomes import Outcome, Rule, outcomes, rule_of, single
from judge.pitfalls.reading.clues import Clues

CLOSE = 1e-3  # between two ratios that are one, whatever rounded the scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One mistake that is seen in numbers.

    Attributes:
        after: "overflow", "growth" or "good" (a step that should have changed nothing).
        ratio: what the scale was multiplied by in its cases, where that is what is wrong.
        cases: where it shows.
        missed: whether the scale is left as it is, too, as if nothing had happened.
        some: whether other steps of this kind are right.
        apart: whether the scale sees an overflow and some parameters move nevertheless.
        due: whether it shows in those steps alone that would have been the ones at which the scale grows.
        hangs_on: "count of 0", "count above 0" or "interval of 1", where it shows in those steps alone.
    """

    pitfall: str
    after: str
    ratio: float | None = None
    cases: tuple[str, ...] = ()
    missed: bool = False
    some: bool = False
    apart: bool = False
    due: bool = False
    hangs_on: str = ""


def told(clues: Clues, pitfall: str) -> Told | None:
    """What is told of one pitfall."""
    return next((one for one in all_told(clues) if one.pitfall == pitfall), None)


def all_told(clues: Clues) -> tuple[Told, ...]:
    """What is told of all of them."""
    return clues.once(_all_told)


def _all_told(clues: Clues) -> tuple[Told, ...]:
    rule, found = rule_of(clues), outcomes(clues)
    right = all(one.scale_right and one.count_right and one.loss_right for one in found)
    if rule is None or right or all(map(_is_swapped, found)):
        return ()
    good = [one for one in found if not one.overflowed]
    bad = [one for one in found if one.overflowed]
    return (*_after_good(rule, good), *_after_overflow(rule, bad, good), *_made_finite(rule, bad))


def left_out_by_loss(clues: Clues) -> tuple[str, ...]:
    """Good steps that were taken for overflows, if they are those of infinite loss, and all else is right."""
    rule, found = rule_of(clues), outcomes(clues)
    if rule is None:
        return ()
    left_out = [
        one for one in found if not one.overflowed and not one.scale_right and _is_left_out(rule, one)
    ]
    right = all(one.scale_right and one.count_right for one in found if one not in left_out)
    infinite = not any(math.isfinite(one.expected.loss) for one in left_out)
    return tuple(one.name for one in left_out) if right and infinite else ()


def _is_swapped(one: Outcome) -> bool:
    """Whether scale and count are returned in each other's place, which says nothing of either."""
    return (one.actual.scale, one.actual.count) == (one.expected.count, one.expected.scale)


def _after_good(rule: Rule, good: Sequence[Outcome]) -> Iterator[Told]:
    """Of steps whose gradients are finite; not of those that were taken for an overflow."""
    good = [one for one in good if one.scale_right or not _is_left_out(rule, one)]
    ordinary, full = [one for one in good if not one.full], [one for one in good if one.full]
    early = [one for one in ordinary if _is(one.actual.scale, rule.grown(one.scale))]
    if early:
        after = "good" if len(early) == len(ordinary) else "growth"
        yield _told("scale-grown-early", after, early)
    ratio = _common(full)
    if full and ratio is not None and abs(ratio - rule.growth) > CLOSE * rule.growth:
        yield _told("scale-not-grown", "growth", full, ratio)
    elif not early and _only_sometimes([one for one in full if one.actual.scale == one.scale], full):
        kept = [one for one in full if not one.scale_right]
        yield replace(_told("scale-not-grown", "growth", kept, 1.0), some=True)
    elif not early and full and all(one.scale_right for one in full) and _goes_on(full):
        yield _told("count-not-reset", "growth", [one for one in full if not one.count_right])


def _is_left_out(rule: Rule, one: Outcome) -> bool:
    """Whether a good step was taken for an overflow; at the least scale only the loss can tell."""
    at_least = one.actual.scale == one.scale and one.loss_right
    return one.actual.scale == rule.reduced(one.scale) and not at_least


def _only_sometimes(kept: Sequence[Outcome], cases: Sequence[Outcome]) -> bool:
    """Whether some scales stay as they are and shouldn't, and all others are right."""
    wrong = [one for one in cases if not one.scale_right]
    return 0 < len(wrong) < len(cases) and all(one in kept for one in wrong)


def _after_overflow(rule: Rule, bad: Sequence[Outcome], good: Sequence[Outcome]) -> Iterator[Told]:
    telling = [one for one in bad if not _is_settled(rule, one)]
    if not telling:
        return
    missed = [one for one in telling if _kept(rule, one)]
    reduced = [one for one in bad if one.scale_right]
    if len(missed) == len(telling):
        yield from _nothing_reduced(missed, bad, good)
    elif missed and len(missed) + len(reduced) == len(bad):
        yield from _missed(missed, telling, [*bad, *good])
    else:
        yield from _reduced(rule, bad, good)
        if len(reduced) == len(bad) and all(one.loss_right for one in good):
            yield from _moved_in_part(bad)


def _missed(missed: Sequence[Outcome], bad: Sequence[Outcome], cases: Sequence[Outcome]) -> Iterator[Told]:
    """Of overflows some of which are as if nothing had happened, for all or for the scale alone."""
    shown = [one for one in missed if math.isfinite(one.expected.loss)]
    hangs_on = _hangs_on(missed, bad)
    if all(one.blown_up for one in shown) and (shown or not hangs_on):
        yield _told("partial-finite-check", "overflow", missed)
    elif all(one.loss_right for one in cases):
        due = all(one.full is (one in missed) for one in bad)
        found = _told("scale-not-reduced", "overflow", missed, _common(missed))
        yield replace(found, some=True, due=due, hangs_on=hangs_on)


def _hangs_on(missed: Sequence[Outcome], bad: Sequence[Outcome]) -> str:
    """Whether the overflows that are missed are those at a count of 0, all others, or at an interval of 1."""
    zeros = [one for one in bad if one.count == 0]
    each = [one for one in zeros if one.full]
    rest = [one for one in bad if one.count > 0]
    named = {"count of 0": zeros, "count above 0": rest, "interval of 1": each}
    return next((name for name, cases in named.items() if cases == list(missed)), "")


def _made_finite(rule: Rule, bad: Sequence[Outcome]) -> Iterator[Told]:
    """Of overflows that are taken for good steps, their gradients having become finite: parameters move."""
    missed = [one for one in bad if _kept(rule, one)]
    moved = [one for one in missed if not one.loss_right and math.isfinite(one.expected.loss)]
    if any(not one.blown_up for one in moved):
        yield _told("clipped-scaled-grads", "overflow", moved)


def _reduced(rule: Rule, bad: Sequence[Outcome], good: Sequence[Outcome]) -> Iterator[Told]:
    """Of a scale that is another after each overflow, and what else is wrong then."""
    yield from _applied(bad)
    reduced = [one for one in bad if one.scale_right]
    lowest = [one for one in bad if one.scale * rule.backoff < rule.least]
    falling = [one for one in lowest if not _is_settled(rule, one)]
    others = [one for one in bad if one not in lowest and one.scale * rule.growth <= rule.most]
    ratio = _common(others)
    if ratio is not None and abs(ratio - rule.backoff) > CLOSE * rule.backoff:
        if all(one.loss_right or one.lost for one in bad):
            less = all(one.actual.scale < one.scale for one in others) and abs(ratio - 1) <= CLOSE
            yield _told("scale-not-reduced", "overflow", others, None if less else ratio)
        return
    is_one_number = len(others) > 1 and ratio is None and len({one.actual.scale for one in others}) == 1
    is_odd = is_one_number or (
        ratio is None and (_never_half(others, good) or _seldom_half(rule, others, good))
    )
    if is_odd and all(one.loss_right or one.lost for one in bad):
        yield _told("scale-not-reduced", "overflow", [one for one in others if not one.scale_right])
        return
    below = [one for one in lowest if _is(one.actual.scale, one.scale * rule.backoff)]
    if below and len(below) == len(falling) and all(one.scale_right for one in bad if one not in lowest):
        yield _told("scale-unbounded", "overflow", below)
    if len(reduced) + len(below) == len(bad) and (_goes_on(bad) or _follows(bad)):
        yield _told("count-not-reset", "overflow", [one for one in bad if not one.count_right])


def _never_half(others: Sequence[Outcome], good: Sequence[Outcome]) -> bool:
    """Whether the scale is another number than its half after each overflow, and right otherwise.

    As it is where something is subtracted. What is rounded is right now and then.
    """
    made = [one.actual.scale for one in others]
    wrong = len(made) > 1 and all(map(math.isfinite, made)) and not any(one.scale_right for one in others)
    return wrong and all(one.scale_right for one in good if not one.full)


def _seldom_half(rule: Rule, others: Sequence[Outcome], good: Sequence[Outcome]) -> bool:
    """Whether a scale that is always reduced is now and then far from its half, and right in all good steps.

    As it is where it becomes a power of two. What is rounded is near its half, and rounded at growth as well.
    """
    far = [one for one in others if abs(one.ratio - rule.backoff) > CLOSE * rule.backoff]
    less = all(0 < one.actual.scale < one.scale for one in others)
    return bool(far) and less and all(one.scale_right for one in good)


def _moved_in_part(bad: Sequence[Outcome]) -> Iterator[Told]:
    """Of a scale that sees each overflow, and losses that say that some parameters, or steps, don't."""
    shown = [one for one in bad if math.isfinite(one.expected.loss)]
    wrong = [one for one in shown if not one.loss_right]
    if any(not one.blown_up for one in wrong):
        yield replace(_told("partial-finite-check", "overflow", wrong), apart=True)
    elif 0 < len(wrong) < len(shown):
        yield replace(_told("unchecked-overflow", "overflow", wrong), some=True)


def _nothing_reduced(
    missed: Sequence[Outcome], bad: Sequence[Outcome], good: Sequence[Outcome]
) -> Iterator[Told]:
    """Of a scale that is never halved where it should be: nobody looked, or nothing came of it."""
    if all(one.loss_right for one in bad):
        yield _told("scale-not-reduced", "overflow", missed, 1.0)
        counts = any(one.actual.count != one.count for one in good)
        if counts and _stays(bad):
            yield _told("count-not-reset", "overflow", [one for one in bad if not one.count_right])
    else:
        told_of = [replace(one, missed=True) for one in _applied(bad)]
        yield from told_of
        if any(one.pitfall == "masked-by-multiplication" for one in told_of):
            yield _told("scale-not-reduced", "overflow", missed, 1.0)


def _applied(bad: Sequence[Outcome]) -> Iterator[Told]:
    """Of updates that are done nevertheless: infinities of one sign stay infinite, masked ones are NaN."""
    shown = [one for one in bad if math.isfinite(one.expected.loss)]
    if not shown or not all(one.blown_up for one in shown):
        return
    masked = all(math.isnan(one.actual.loss) for one in shown)
    yield _told("masked-by-multiplication" if masked else "unchecked-overflow", "overflow", shown)


def _is_settled(rule: Rule, one: Outcome) -> bool:
    """Whether a scale stays at its least, as it does where it is reduced and where it is left as it is."""
    return one.scale_right and one.scale == rule.reduced(one.scale)


def _kept(rule: Rule, one: Outcome) -> bool:
    """Whether a scale is what it would be after finite gradients."""
    return one.actual.scale in {one.scale, single(rule.grown(one.scale))} and not one.scale_right


def _goes_on(cases: Sequence[Outcome]) -> bool:
    """Whether the count is one more in all cases, or as it was in all, or as after a good step."""
    more = all(one.actual.count == one.count + 1 for one in cases)
    alike = all(one.actual.count == (0 if one.full else one.count + 1) for one in cases)
    return more or _stays(cases) or (alike and not all(one.count_right for one in cases))


def _follows(cases: Sequence[Outcome]) -> bool:
    """Whether the count is made of the one that was given, however: a larger one is followed by a larger."""
    counts = sorted({(one.count, one.actual.count) for one in cases})
    after = [made for _, made in counts]
    grows = len({given for given, _ in counts}) == len(counts) and after == sorted(after)
    return grows and after[0] < after[-1] and all(0 <= made <= given + 1 for given, made in counts)


def _stays(cases: Sequence[Outcome]) -> bool:
    """Whether the count is as it was given in all cases, and shouldn't be in some."""
    return all(one.actual.count == one.count for one in cases) and any(one.count > 0 for one in cases)


def _common(cases: Sequence[Outcome]) -> float | None:
    """What the scale is multiplied by in all of these cases, None where that differs."""
    ratios = [one.ratio for one in cases]
    if not ratios or not all(0 < ratio < math.inf for ratio in ratios):
        return None
    middle = median(ratios)
    return middle if all(abs(ratio - middle) <= CLOSE * middle for ratio in ratios) else None


def _told(pitfall: str, after: str, cases: Iterable[Outcome], ratio: float | None = None) -> Told:
    return Told(pitfall=pitfall, after=after, ratio=ratio, cases=tuple(one.name for one in cases))


def _is(one: float, other: float) -> bool:
    return one == single(other)
