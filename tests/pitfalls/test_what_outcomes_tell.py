"""Mistakes that scale, count and loss of all cases tell, read of numbers that are made up here."""

import math
import struct
from collections.abc import Callable, Container, Iterable

import pytest
from scaled_steps import scaled_step
from traced import flow_of, problem

from judge.cases import expand
from judge.evidence import ArrayValue
from judge.finding import Finding, Severity
from judge.flow import Flow, unavailable
from judge.pitfalls import (
    CaseClue,
    Clues,
    clipped_scaled_grads,
    low_precision_grads,
    partial_finite_check,
    scale_not_reduced,
    scale_unbounded,
    unchecked_overflow,
)
from judge.pitfalls.next_scale.told import all_told

PROBLEM = "dynamic_loss_scale_step"
OVERFLOWS = {"kernel-overflows", "bias-overflows", "few-overflow", "nan", "floor"}
NAN_ALONE = {"nan"}
INFINITE = float("inf")
Numbers = tuple[float, float, float]
Step = Callable[[str, Numbers, Numbers], Numbers]


def array(numbers: Numbers) -> ArrayValue:
    return ArrayValue(dtype="float32", shape=(3,), data=struct.pack("<3f", *numbers))


def clues_of(
    step: Step,
    source: str = "",
    flow: Flow | None = None,
    infinite: Container[str] = (),
    over: Container[str] = OVERFLOWS,
) -> Clues:
    """Public cases, in each of which a step makes of what was given, and of what is right, what is returned.

    `given` and `right` are loss, scale and count; the loss is 2 before the step and 1 after it,
    or infinite where these cases are. `over` are those whose gradients overflow.
    """
    cases = []
    for case in expand(problem(PROBLEM), 0):
        scale, count, interval = (
            float(case.arguments[name]) for name in ("loss_scale", "good_steps", "growth_interval")
        )
        overflowed = case.name in over
        full = count + 1 >= interval
        loss = INFINITE if case.name in infinite else 1.0
        good = (loss, min(scale * 2, 2.0**24), 0.0) if full else (loss, scale, count + 1)
        right = (2.0, max(scale / 2, 1.0), 0.0) if overflowed else good
        if case.visibility == "public":
            made = step(case.name if overflowed else "", (2.0, scale, count), right)
            expected, actual = array(right), array(made)
            cases.append(
                CaseClue(
                    name=case.name, expected=expected, actual=actual, error=9.0, arguments=case.arguments
                )
            )
    flow = unavailable("not traced") if flow is None else flow
    return Clues(problem=problem(PROBLEM), flow=flow, cases=tuple(cases), source=source)


def one_less(name: str, given: Numbers, right: Numbers) -> Numbers:
    return (*right[:2], max(given[2] - 1, 0.0)) if name else right


def a_third(name: str, given: Numbers, right: Numbers) -> Numbers:
    return (*right[:2], float(given[2] // 3)) if name else right


def always_two(name: str, _: Numbers, right: Numbers) -> Numbers:
    return (*right[:2], 2.0) if name else right


def subtracted(name: str, given: Numbers, right: Numbers) -> Numbers:
    return (right[0], max(given[1] - 100, 1.0), 0.0) if name else right


def nearly_kept(name: str, given: Numbers, right: Numbers) -> Numbers:
    return (right[0], max(given[1] - 1, 1.0), 0.0) if name else right


def rounded(_: str, __: Numbers, right: Numbers) -> Numbers:
    """A scale that float16 rounded."""
    return (right[0], struct.unpack("<e", struct.pack("<e", min(right[1], 65504.0)))[0], right[2])


def scaled_and_kept(name: str, given: Numbers, right: Numbers) -> Numbers:
    loss = right[0] * given[1]
    return (loss, given[1], 0.0) if name else (loss, *right[1:])


def taken_for_good(name: str, given: Numbers, right: Numbers) -> Numbers:
    return (7.0, given[1], given[2] + 1) if name else right


def nan_left_out(name: str, _: Numbers, right: Numbers) -> Numbers:
    return (INFINITE, *right[1:]) if name and name not in NAN_ALONE else right


def swapped(_: str, __: Numbers, right: Numbers) -> Numbers:
    return (right[0], right[2], right[1])


def power_of_two(name: str, given: Numbers, right: Numbers) -> Numbers:
    return (right[0], max(2.0 ** (math.floor(math.log2(given[1])) - 1), 1.0), 0.0) if name else right


STEPS: dict[str, tuple[Step, list[str]]] = {
    "a count that is one less": (one_less, ["count-not-reset"]),
    "a count of which a third is left": (a_third, ["count-not-reset"]),
    "a count that begins elsewhere": (always_two, []),
    "a scale from which something is subtracted": (subtracted, ["scale-not-reduced"]),
    "a scale from which next to nothing is": (nearly_kept, ["scale-not-reduced"]),
    "a scale that is rounded": (rounded, []),
    "scale and count in each other's place": (swapped, []),
    "a scale that becomes a power of two": (power_of_two, ["scale-not-reduced"]),
    "a loss that is scaled beside a scale that is kept": (scaled_and_kept, ["scale-not-reduced"]),
    "overflows that are taken for good steps": (taken_for_good, ["clipped-scaled-grads"]),
    "infinities alone that are applied": (nan_left_out, ["unchecked-overflow"]),
}


@pytest.mark.parametrize(("step", "wanted"), STEPS.values(), ids=STEPS)
def test_numbers_tell(step: Step, wanted: list[str]):
    assert [one.pitfall for one in all_told(clues_of(step))] == wanted


def test_a_scale_that_is_hardly_less_is_not_said_to_stay():
    (told,) = all_told(clues_of(nearly_kept))
    assert told.ratio is None


def floor_missed(name: str, given: Numbers, right: Numbers) -> Numbers:
    """Overflows that are seen, but for the one after which the scale would be at its floor."""
    lowest = bool(name) and given[1] / 2 < 1
    return (INFINITE, given[1], given[2] + 1) if lowest else right


def growth_wins(name: str, given: Numbers, right: Numbers) -> Numbers:
    due = name in {"bias-overflows", "nan", "few-overflow"}
    return (right[0], min(given[1] * 2, 2.0**24), 0.0) if due else right


def test_overflows_that_are_missed_only_where_the_scale_would_grow():
    (told,) = all_told(clues_of(growth_wins))
    assert (told.pitfall, told.some, told.due) == ("scale-not-reduced", True, True)


def kept_at_zero(name: str, given: Numbers, right: Numbers) -> Numbers:
    return (right[0], given[1], 0.0) if name and not given[2] else right


def kept_but_at_zero(name: str, given: Numbers, right: Numbers) -> Numbers:
    return (right[0], given[1], 0.0) if name and given[2] else right


def grown_each_time(name: str, given: Numbers, right: Numbers) -> Numbers:
    return (right[0], given[1] * 2, 0.0) if name == "loss-overflows" else right


@pytest.mark.parametrize(
    ("step", "over", "words"),
    [
        (kept_at_zero, OVERFLOWS, "an overflow at a `good_steps` of 0 `loss_scale` stays as it is"),
        (kept_but_at_zero, OVERFLOWS, "an overflow at a `good_steps` above 0 `loss_scale` stays as it is"),
        (
            grown_each_time,
            {*OVERFLOWS, "loss-overflows"},
            "an overflow at a `growth_interval` of 1 `loss_scale` is multiplied by 2",
        ),
    ],
)
def test_overflows_after_which_the_scale_is_kept_because_of_the_count(
    step: Step, over: Container[str], words: str
):
    clues = clues_of(step, infinite={"loss-overflows"}, over=over)
    assert [one.pitfall for one in all_told(clues)] == ["scale-not-reduced"]
    (found,) = scale_not_reduced.detect(clues)
    assert found.message == f"after {words}"


HEAD = f"def {PROBLEM}(seed, x, y, lr, loss_scale, good_steps, growth_interval):\n"
BIAS_ALONE = (
    HEAD
    + """
    finite = jnp.isfinite(grads[0]).all()
    factor = {{True: 1.0, False: 0.5}}[bool(finite)]
    count = good_steps + 1
    if count == growth_interval:
        factor, count = 2.0, 0
    scale = {bounded}
    return jnp.array([loss, scale, count])
"""
)


@pytest.mark.parametrize(
    ("bounded", "lines"),
    [
        ("min(loss_scale * factor, 2.0**24)", ["scale = min(loss_scale * factor, 2.0**24)"]),
        ("max(min(loss_scale * factor, 2.0**24), 1.0)", []),
    ],
)
def test_a_floor_is_looked_for_in_the_text_where_no_overflow_is_seen_that_needs_it(
    bounded: str, lines: list[str]
):
    clues = clues_of(floor_missed, BIAS_ALONE.format(bounded=bounded))
    assert shown(clues, scale_unbounded.detect(clues)) == lines


LOSS_DECIDES = (
    HEAD
    + """
    def mse(p):
        return jnp.mean((x @ p - y) ** 2)

    g = jax.grad(lambda p: mse(p) * loss_scale)(p)
    if {asked}:
        p = p - lr * (g / loss_scale)
"""
)


def infinite_left_out(name: str, given: Numbers, right: Numbers) -> Numbers:
    """Good steps whose loss is infinite are taken for overflows."""
    infinite = not name and not math.isfinite(right[0])
    return (right[0], max(given[1] / 2, 1.0), 0.0) if infinite else right


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        ("jnp.isfinite(mse(p))", ["if jnp.isfinite(mse(p)):"]),
        ("jnp.isfinite(mse(p)) and jnp.isfinite(g).all()", []),
    ],
)
def test_a_loss_that_alone_decides_is_named(asked: str, lines: list[str]):
    clues = clues_of(infinite_left_out, LOSS_DECIDES.format(asked=asked), infinite={"loss-infinite"})
    assert shown(clues, partial_finite_check.detect(clues)) == lines


ZEROS = """
    g = jax.tree.map(lambda a: jnp.where(jnp.isfinite(a), a, 0.0), g)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    p = jax.tree.map(lambda a, b: a - lr * b, p, g)
"""


@pytest.mark.parametrize(("step", "count"), [(taken_for_good, 1), (one_less, 0)])
def test_zeros_in_the_place_of_infinities_are_a_clip_where_overflows_pass(step: Step, count: int):
    source = scaled_step(ZEROS)
    clues = clues_of(step, source, flow_of(source))
    found = shown(clues, clipped_scaled_grads.detect(clues))
    assert found == ["g = jax.tree.map(lambda a: jnp.where(jnp.isfinite(a), a, 0.0), g)"] * count


ROUNDING_RULE = """
@functools.partial(jax.custom_vjp, nondiff_argnums=(1,))
def compute_copy(p, scale):
    return p.astype(jnp.float16)

def compute_copy_bwd(scale, _, cotangent):
    unscaled = cotangent.astype(jnp.float32) / scale
    return ({given},)

compute_copy.defvjp(lambda p, scale: (compute_copy(p, scale), None), compute_copy_bwd)
"""
BY_RULE = """
    def loss(p):
        q = {name: compute_copy(value, loss_scale) for name, value in p.items()}
        return jnp.mean((half(x) @ q["kernel"] + q["bias"] - half(y)) ** 2).astype(jnp.float32)
    g = jax.grad(lambda p: loss(p) * loss_scale)(p)
    p = jax.tree.map(lambda a, b: a - lr * b, p, g)
"""


@pytest.mark.parametrize(
    ("given", "told"),
    [("unscaled.astype(cotangent.dtype).astype(jnp.float32)", True), ("unscaled", False)],
)
def test_a_rule_that_rounds_after_its_division_loses_bits(given: str, *, told: bool):
    source = scaled_step(BY_RULE, ROUNDING_RULE.format(given=given))
    clues = clues_of(one_less, source, flow_of(source))
    found = list(low_precision_grads.detect(clues))
    assert [one.severity for one in found] == [Severity.ERROR] * told
    assert shown(clues, found) == [f"return ({given},)"] * told


CLAMPED = """
    g = jax.tree.map(lambda a: jnp.clip(a, -65504.0, 65504.0), g)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    p = jax.tree.map(lambda a, b: a - lr * b, p, g)
"""


def shown(clues: Clues, found: Iterable[Finding]) -> list[str]:
    """The lines that findings name, without their spaces."""
    lines = clues.source.splitlines()
    return [lines[(one.line or 0) - 1].strip() for one in found]


@pytest.mark.parametrize(("step", "wanted"), [(taken_for_good, ["jnp.clip"]), (one_less, [])])
def test_a_clip_to_the_end_of_a_format_is_one_where_overflows_pass(step: Step, wanted: list[str]):
    source = scaled_step(CLAMPED)
    clues = clues_of(step, source, flow_of(source))
    found = shown(clues, clipped_scaled_grads.detect(clues))
    assert [one for one in wanted if one in "".join(found)] == wanted
    assert len(found) == len(wanted)


def moved_in_part(name: str, _: Numbers, right: Numbers) -> Numbers:
    return (7.0, *right[1:]) if name == "kernel-overflows" else right


GUARDED = """
    g = jax.tree.map(lambda a: a / loss_scale, g)
    ok = jnp.stack([jnp.isfinite(a).all() for a in g.values()]).all()
    moved = jax.tree.map(lambda a, b: a - lr * b, p, g)
    p = {guarded}
"""
BOTH = "jax.tree.map(lambda a, b: jnp.where(ok, b, a), p, moved)"
KERNEL = (
    '{"kernel": jnp.where(ok, p["kernel"] - lr * g["kernel"], p["kernel"]), '
    '"bias": p["bias"] - lr * g["bias"]}'
)
MASKED = "{k: p[k] - jnp.where(ok, lr * g[k], 0.0) for k in p}"


@pytest.mark.parametrize(("guarded", "told"), [(BOTH, False), (KERNEL, True), (MASKED, False)])
def test_one_parameter_that_is_updated_whatever_the_gradients_are(guarded: str, *, told: bool):
    source = scaled_step(GUARDED.format(guarded=guarded))
    clues = clues_of(moved_in_part, source, flow_of(source))
    found = shown(clues, unchecked_overflow.detect(clues))
    assert found == [f"p = {guarded}"] * told
    assert shown(clues, partial_finite_check.detect(clues)) == []


CLEANED = HEAD + "    tx = optax.chain(optax.zero_nans(), optax.sgd(lr))\n    params = moved(tx, params)\n"
HALF_ASKED = HEAD + (
    "    params = jnp.where(jnp.isnan(g).any(), params, params - lr * g)\n"
    "    finite = jnp.isfinite(g).all()\n"
    "    return jnp.where(finite, loss_scale, loss_scale / 2)\n"
)


def test_updates_of_which_only_nan_is_left_out():
    """By a library's transform, or by a question that is only half of the right one."""
    cleaned, asked = clues_of(nan_left_out, CLEANED), clues_of(nan_left_out, HALF_ASKED)
    assert [one.line for one in unchecked_overflow.detect(cleaned)] == [2]
    assert [one.line for one in partial_finite_check.detect(cleaned)] == []
    assert [one.line for one in unchecked_overflow.detect(asked)] == []
    assert [one.line for one in partial_finite_check.detect(asked)] == [2]


HALVED = """
    kind = {kind}
    loss = lambda p: jnp.mean((x.astype(kind) @ p["kernel"].astype(kind) - y.astype(kind)) ** 2)
    g = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(p)
    ok = jnp.isfinite(g["kernel"]).all()
    p = jax.tree.map(lambda a, b: jnp.where(ok, a - lr * (b / loss_scale), a), p, g)
    doubled = jnp.minimum(loss_scale * 2, 2.0**24)
    loss_scale = jnp.where(ok, jnp.where(good_steps + 1 >= growth_interval, doubled, loss_scale), {halved})
"""


@pytest.mark.parametrize(
    ("kind", "halved", "told"),
    [
        ("jnp.bfloat16", "loss_scale / 2", True),
        ("jnp.bfloat16", "jnp.maximum(loss_scale / 2, 1.0)", False),
        ("jnp.float16", "loss_scale / 2", False),
    ],
)
def test_a_floor_is_looked_for_in_the_text_where_nothing_can_overflow(kind: str, halved: str, *, told: bool):
    source = scaled_step(HALVED.format(kind=kind, halved=halved))
    clues = clues_of(taken_for_good, source, flow_of(source))
    found = shown(clues, scale_unbounded.detect(clues))
    assert [line.endswith(f"{halved})") for line in found] == [True] * told
