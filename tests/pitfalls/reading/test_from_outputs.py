import dataclasses

import numpy as np
import pytest
from traced import flow_of, problem

from judge.evidence import ArrayValue
from judge.finding import EvidenceKind, Finding, Severity
from judge.flow import unavailable
from judge.pitfalls import CaseClue, Clues, diagnose, low_precision_accumulator
from judge.pitfalls.reading.from_outputs import refuted


def value(number: float) -> ArrayValue:
    return ArrayValue(dtype="float32", shape=(1,), data=np.float32([number]).tobytes())


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Case(CaseClue):
    """A case together with what mistakes give in it."""

    mistakes: dict[str, ArrayValue] = dataclasses.field(default_factory=dict)


def case(name: str, actual: float, error: float, **mistakes: float) -> Case:
    outputs = {key.replace("_", "-").replace("--", "/"): value(number) for key, number in mistakes.items()}
    return Case(name=name, expected=value(1.0), actual=value(actual), error=error, mistakes=outputs)


def clues_of(*cases: CaseClue, source: str = "") -> Clues:
    outputs = {one.name: one.mistakes for one in cases if isinstance(one, Case)}
    flow = unavailable("not traced")
    return Clues(problem=problem(), flow=flow, cases=cases, source=source, mistakes=lambda: outputs)


def found(*cases: CaseClue) -> list[tuple[str, tuple[str, ...]]]:
    clues = clues_of(*cases)
    return [(item.pitfall, item.cases) for item in diagnose(clues)]


def test_outputs_of_one_mistake_in_every_case_name_it():
    cases = (
        case("a", 3.0, 100.0, stale_loss=3.0, seed_ignored=5.0),
        case("b", 1.0, 0.0, stale_loss=1.0, seed_ignored=2.0),
    )
    assert found(*cases) == [("stale-loss", ("a",))]


@pytest.mark.parametrize("number", [np.inf, -np.inf, np.nan])
def test_outputs_that_are_not_finite_are_compared_without_a_warning(number: float):
    assert found(case("a", number, np.inf, stale_loss=number, seed_ignored=1.0)) == [("stale-loss", ("a",))]
    assert found(case("a", number, np.inf, stale_loss=1.0)) == []
    assert found(case("a", 3.0, np.inf, stale_loss=number)) == []
    assert found(case("a", np.inf, np.inf, stale_loss=-np.inf)) == []


def test_two_mistakes_that_fit_name_none():
    assert found(case("a", 3.0, 100.0, stale_loss=3.0, seed_ignored=3.0)) == []


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("g /= scale", "low-precision-unscale"),
        ("np.divide(np.float32(g), scale, out=g)", "low-precision-grads"),
        ("g = np.asarray(g, 'bfloat16') / loss_scale", "low-precision-unscale"),
        ("g = np.asarray(g / loss_scale, 'bfloat16')", "low-precision-grads"),
    ],
)
def test_the_text_tells_which_of_those_that_give_the_same_numbers(line: str, name: str):
    both = case("a", 3.0, 100.0, low_precision_unscale=3.0, low_precision_grads=3.0)
    three = case(
        "a", 3.0, 100.0, low_precision_unscale=3.0, low_precision_grads=3.0, missing_loss_scale__nowhere=3.0
    )
    for alike in (both, three):
        (told,) = diagnose(clues_of(alike, source=f"import numpy as np\n\n{line}\n"))
        assert (told.pitfall, told.line, told.evidence) == (name, 3, EvidenceKind.NUMBERS)
        assert diagnose(clues_of(alike)) == ()


def test_variants_of_one_pitfall_count_as_one():
    cases = case("a", 3.0, 100.0, lr_ignored__one=3.0, lr_ignored__two=3.0)
    assert found(cases) == [("lr-ignored", ("a",))]


def test_a_mistake_that_fails_one_case_is_not_named():
    cases = (case("a", 3.0, 100.0, stale_loss=3.0), case("b", 4.0, 100.0, stale_loss=3.0))
    assert found(*cases) == []


def test_right_outputs_name_nothing():
    assert found(case("a", 1.0, 0.0, low_precision_loss_scale=1.0)) == []


def test_what_belongs_to_no_pitfall_is_not_named():
    assert found(case("a", 3.0, 100.0, hint__sum=3.0)) == []


def test_a_right_number_with_too_many_bits_is_a_full_precision_final_loss():
    wide = dataclasses.replace(case("a", 1.0001, 0.1), representable=False)
    assert found(wide) == [("full-precision-final-loss", ("a",))]


def told(pitfall: str) -> Finding:
    fact = {"severity": Severity.ERROR, "message": "m", "help": "h", "evidence": EvidenceKind.FLOW}
    return Finding(pitfall=pitfall, line=3, **fact)


def is_refuted(pitfall: str, *cases: CaseClue) -> bool:
    return refuted(clues_of(*cases), told(pitfall))


def test_right_outputs_refute_a_mistake_that_would_show():
    cases = (
        case("a", 1.0, 0.0, stale_loss=3.0, lr_ignored__one=1.0, lr_ignored__two=3.0),
        case("b", 1.0, 0.5, stale_loss=1.0, lr_ignored__one=3.0, lr_ignored__two=1.0),
    )
    assert is_refuted("stale-loss", *cases)
    assert is_refuted("lr-ignored", *cases)


def test_a_variant_that_never_shows_refutes_nothing():
    assert not is_refuted("lr-ignored", case("a", 1.0, 0.0, lr_ignored__one=3.0, lr_ignored__two=1.001))
    assert not is_refuted("stale-loss", case("a", 1.0, 0.0, lr_ignored=3.0))
    assert not is_refuted("stale-loss")


def test_wrong_or_missing_outputs_refute_nothing():
    right, wrong = case("a", 1.0, 0.0, stale_loss=3.0), case("b", 3.0, 90.0, stale_loss=3.0)
    assert not is_refuted("stale-loss", right, wrong)
    assert not is_refuted("stale-loss", right, dataclasses.replace(right, error=None, actual=None))


PARTS = """
def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = layer.kernel[...], layer.bias[...]
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss(masters, x, y):
        kernel, bias = (leaf.astype(jnp.bfloat16) for leaf in masters)
        return jnp.mean((x @ kernel + bias - y) ** 2)

    kernel, bias = jnp.zeros(masters[0].shape, {kernel}), jnp.zeros(masters[1].shape, {bias})
    for part in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = jax.grad(loss)(masters, *part)
        kernel, bias = kernel + grads[0].astype({kernel}), bias + grads[1].astype({bias})
    sums = kernel.astype(jnp.float32), bias.astype(jnp.float32)
    masters = [leaf - lr * total / micro_batches for leaf, total in zip(masters, sums)]
    return loss(masters, x, y).astype(jnp.float32).reshape(1)
"""


@pytest.mark.parametrize(
    ("kernel", "bias", "refutes"),
    [("bfloat16", "bfloat16", True), ("bfloat16", "float32", True), ("float32", "bfloat16", False)],
)
def test_outputs_do_not_refute_what_is_lost_of_a_bias_alone(kernel: str, bias: str, *, refutes: bool):
    head = "import jax\nimport jax.numpy as jnp\nfrom flax import nnx\n"
    source = head + PARTS.format(kernel=f"jnp.{kernel}", bias=f"jnp.{bias}")
    right = case("a", 1.0, 0.0, low_precision_accumulator=3.0)
    clues = dataclasses.replace(
        clues_of(right, source=source), problem=problem("accumulated_step"), flow=flow_of(source)
    )
    (told,) = low_precision_accumulator.detect(clues)
    assert refuted(clues, told) is refutes


def test_a_mistake_of_precision_is_never_refuted():
    assert not is_refuted("master-downcast", case("a", 1.0, 0.0, master_downcast=3.0))


def returned(name: str, array: np.ndarray, visibility: str) -> CaseClue:
    actual = ArrayValue(dtype=str(array.dtype), shape=array.shape, data=array.tobytes())
    return CaseClue(name=name, expected=value(1.0), actual=actual, error=None, visibility=visibility)


def said(*cases: CaseClue) -> list[tuple[str, tuple[str, ...], str]]:
    clues = Clues(problem=problem(), flow=unavailable("not traced"), cases=cases)
    return [(item.pitfall, item.cases, item.message + item.help) for item in diagnose(clues)]


def test_what_a_hidden_case_returns_is_not_told():
    good = returned("a", np.ones(1, np.float32), "public")
    ((pitfall, cases, text),) = said(good, returned("h", np.zeros((0, 4242), np.float32), "hidden"))
    assert (pitfall, cases) == ("wrong-output-shape", ("h",))
    assert "4242" not in text
    assert "in a hidden case" in text
    ((pitfall, cases, text),) = said(good, returned("h", np.ones(1, np.int8), "hidden"))
    assert (pitfall, cases) == ("wrong-output-dtype", ("h",))
    assert "int8" not in text


def test_what_a_public_case_returns_is_told_wherever_it_stands():
    hidden, public = (
        returned(name, np.zeros((size,), np.int16), name) for name, size in (("hidden", 4242), ("public", 3))
    )
    for text in (text for _, _, text in said(hidden, public)):
        assert "4242" not in text
        assert "(3,)" in text or "int16" in text


TWO_RETURNS = """
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    half = [p.astype(jnp.bfloat16) for p in params]
    error = x.astype(jnp.bfloat16) @ half[0] + half[1] - y.astype(jnp.bfloat16)
    return jnp.mean(error**2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [model.kernel[...], model.bias[...]]
    grads = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(params)
    params = [p - lr * (g / loss_scale) for p, g in zip(params, grads)]
    if x.shape[0] == 3:
        return mse(params, x, y).reshape(1, 1)
    return mse(params, x, y).astype(jnp.float32).reshape(1)
"""


def lines_of(*cases: CaseClue) -> dict[str, int | None]:
    clues = Clues(problem=problem(), flow=flow_of(TWO_RETURNS), cases=cases, source=TWO_RETURNS)
    return {item.pitfall: item.line for item in diagnose(clues)}


def test_what_another_return_gave_than_the_traced_one_is_told_at_the_one_that_ran():
    wrong = returned("a", np.ones((1, 1), np.float16), "public")
    line = TWO_RETURNS.splitlines().index("        return mse(params, x, y).reshape(1, 1)") + 1
    ids = ("wrong-output-shape", "wrong-output-dtype")
    assert lines_of(dataclasses.replace(wrong, left_at=line)) == dict.fromkeys(ids, line)
    assert lines_of(wrong) == dict.fromkeys(ids, None)


def test_where_a_hidden_case_ended_is_not_told():
    wrong = dataclasses.replace(returned("a", np.ones((1, 1), np.float16), "hidden"), left_at=20)
    assert set(lines_of(wrong).values()) == {None}


class Asked(Exception):
    """Somebody wants to know what mistakes give."""


def never() -> dict[str, dict[str, ArrayValue]]:
    raise Asked


def test_mistakes_are_asked_for_only_where_numbers_are_wrong_or_a_finding_is_in_doubt():
    right, wrong = case("a", 1.0, 0.5, stale_loss=3.0), case("b", 3.0, 90.0, stale_loss=3.0)
    no_output = dataclasses.replace(wrong, actual=None)
    for cases in ((right,), (right, no_output), ()):
        diagnose(dataclasses.replace(clues_of(*cases), mistakes=never))
    with pytest.raises(Asked):
        diagnose(dataclasses.replace(clues_of(right, wrong), mistakes=never))
    assert not refuted(dataclasses.replace(clues_of(wrong), mistakes=never), told("stale-loss"))
    assert not refuted(dataclasses.replace(clues_of(right), mistakes=never), told("uncast-inputs"))
    with pytest.raises(Asked):
        refuted(dataclasses.replace(clues_of(right), mistakes=never), told("stale-loss"))
