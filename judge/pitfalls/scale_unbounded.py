"""The scale has no cap, or no floor.

## What it does

Finds scales that are doubled without an upper bound, or halved without a lower
one, where the exercise asks for them; and upper bounds that are another number
than the one asked for. No case needs the upper one, since float16 overflows
long before: the judge reads the program.

## Why it is bad

Where losses are float32 numbers and gradients small, nothing overflows for a
long time, and a scale that doubles on and on becomes infinite in the end. In
the other direction a few bad batches in a row bring it below 1: then it makes
gradients smaller, which is the opposite of what it is for, and at last 0.

```pycon
>>> up, down = jnp.float32(1024), jnp.float32(1024)
>>> for _ in range(160):
...     up, down = up * 2, down / 2
>>> print(up, down, 1 / down)
inf 0.0 inf
```

## What differs

```diff
         sgd.update(model, grads)
     if finite and good_steps + 1 >= growth_interval:
-        scale, count = 2 * loss_scale, 0
+        scale, count = min(2 * loss_scale, 2.0**24), 0
     elif finite:
         scale, count = loss_scale, good_steps + 1
```
"""

from collections.abc import Iterator

from judge.finding import EvidenceKind, Finding, Severity
from judge.flow.facts import HALVES
from judge.pitfalls.next_scale.caps import Cap, cap_of_flow, cap_of_text
from judge.pitfalls.next_scale.lines import is_close, lines_of
from judge.pitfalls.next_scale.outcomes import Rule, outcomes, rule_of
from judge.pitfalls.next_scale.slips.floors import has_floor, wrong_floor
from judge.pitfalls.next_scale.told import all_told
from judge.pitfalls.next_scale.where import LIBRARY, unbounded
from judge.pitfalls.reading.calls import call_lines
from judge.pitfalls.reading.clues import Clues

NAME = "scale-unbounded"
SEVERITY = Severity.ERROR


def detect(clues: Clues) -> Iterator[Finding]:
    """A scale that falls below its floor in some case, or that nothing holds back from growing."""
    rule, found = rule_of(clues), {one.pitfall: one for one in all_told(clues)}
    if rule is None:
        return
    name, low = clues.name("loss_scale"), found.get(NAME)
    if low is not None:
        floor = wrong_floor(clues, rule.least)
        lets = f"this lets `{name}` become less than {rule.least:g}"
        line = unbounded(clues, above=False) if floor is None else floor
        by_library = line is not None and line in call_lines(clues.text, {LIBRARY})
        bound = f"{LIBRARY}(minimum_scale={rule.least:.1f}, ...)"
        yield clues.finding(
            NAME,
            line,
            f"`{name}` is halved here without a lower bound" if floor is None and not by_library else lets,
            f"let it be {rule.least:g} at least: `{bound if by_library else _floored(name, rule)}`",
            evidence=EvidenceKind.NUMBERS,
            cases=low.cases,
            about=clues.element("loss_scale"),
        )
        return
    unseen = _never_overflows(clues) or _never_lowest(clues, rule)
    line = _without_floor(clues, rule) if unseen else None
    if line is not None:
        yield clues.finding(
            NAME,
            line,
            f"`{name}` is halved here without a lower bound",
            f"let it be {rule.least:g} at least: `{_floored(name, rule)}`",
            evidence=EvidenceKind.SOURCE,
            about=clues.element("loss_scale"),
        )
        return
    cap, seen = _cap(clues, rule, shown=not found.keys() & {"scale-not-grown"})
    if cap is not None:
        grows, held = "grows here without an upper bound", "may grow no further than {:.10g} here"
        yield clues.finding(
            NAME,
            cap.where,
            f"`{name}` {grows if cap.most is None else held.format(cap.most)}",
            f"let it be {rule.most:.10g} at most: `min({name} * {rule.growth:g}, {rule.most:.10g})`",
            evidence=EvidenceKind.FLOW if seen else EvidenceKind.SOURCE,
            about=clues.element("loss_scale"),
        )


def _floored(name: str, rule: Rule) -> str:
    """What halves a scale down to its floor."""
    return f"max({name} * {rule.backoff:g}, {rule.least:g})"


def _never_overflows(clues: Clues) -> bool:
    """Whether it computes in a half precision that overflows in none of the cases, so that none halves."""
    bad = [one for one in outcomes(clues) if one.overflowed]
    missed = bool(bad) and all(one.actual.scale >= one.scale for one in bad)
    others = {dtype for dtype in HALVES if dtype != clues.compute}
    passes = clues.passes
    return (
        missed
        and passes is not None
        and any(step.results and passes.makes(step).dtype in others for step in passes.program.steps)
    )


def _never_lowest(clues: Clues, rule: Rule) -> bool:
    """Whether some overflows are seen, but none after which the scale would be at its floor."""
    bad = [one for one in outcomes(clues) if one.overflowed]
    lowest = [one for one in bad if one.scale * rule.backoff < rule.least]
    seen = any(one.actual.scale < one.scale for one in bad)
    return seen and bool(lowest) and all(one.actual.scale >= one.scale for one in lowest)


def _without_floor(clues: Clues, rule: Rule) -> int | None:
    """Where a text halves the scale that has nothing which could be a lower bound."""
    lines = lines_of(clues)
    halved = any(is_close(one.factor or 0, rule.backoff) for one in lines.reductions)
    halved = halved or bool(lines.chosen_factors(rule.backoff))
    return unbounded(clues, above=False) if halved and not has_floor(lines) else None


def _cap(clues: Clues, rule: Rule, *, shown: bool) -> tuple[Cap | None, bool]:
    """What is wrong with the cap, and whether the program shows it, and not only its text."""
    if not shown:
        return None, False
    if clues.passes is not None:
        cap, grows = cap_of_flow(clues.passes, clues.problem.element_roles, rule)
        if grows:
            return cap, True
    return cap_of_text(clues, rule), False
