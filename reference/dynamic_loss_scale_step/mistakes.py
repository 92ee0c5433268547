"""Every mistake of the catalogue as a small wrong version of the reference, and some outside of it.

A key is a pitfall's id, or its id and a nuance after a slash; keys under "hint/" belong to no pitfall.
Which of them numbers can tell, and in which case, is measured by bench/margins.py.
"""

from collections.abc import Callable

import jax
from loss_scale_rules import Check, Rule
from loss_scale_variants import BF16, FP16, FP32, Pass, Scale, Step

UNCAST_X = Pass(inputs=FP32)
UNCAST_Y = Pass(targets=FP32)
SINGLE = Pass(parameters=FP32, inputs=FP32, targets=FP32)
SINGLE_PARAMETERS = Pass(parameters=FP32)
PROMOTED = Pass(promoted=FP32)
SINGLE_ERROR = Pass(error=FP32)
SINGLE_SQUARES = Pass(squares=FP32)
BRAIN = Pass(parameters=BF16, inputs=BF16, targets=BF16)
SUM = Pass(reduction="sum")
BATCH = Pass(reduction="batch")
GUARDED = Pass(guarded=True)
NEVER = Check(of="nothing")

MISTAKES: dict[str, Callable[..., jax.Array]] = {
    # what this problem is about
    "unchecked-overflow/no-check": Step(check=NEVER),
    "unchecked-overflow/applied": Step(skip="applied"),
    "partial-finite-check/loss": Step(check=Check(of="loss")),
    "partial-finite-check/scaled-loss": Step(check=Check(of="scaled-loss")),
    "partial-finite-check/kernel": Step(check=Check(of="kernel")),
    "partial-finite-check/bias": Step(check=Check(of="bias")),
    "partial-finite-check/nan-only": Step(check=Check(by="nan")),
    "partial-finite-check/inf-only": Step(check=Check(by="inf")),
    "partial-finite-check/any-element": Step(check=Check(by="any")),
    "partial-finite-check/first-element": Step(check=Check(by="first")),
    "partial-finite-check/first-eight": Step(check=Check(by="first-eight")),
    "partial-finite-check/largest-element": Step(check=Check(by="largest")),
    "masked-by-multiplication/grads": Step(skip="grads-times-0"),
    "masked-by-multiplication/lr": Step(skip="lr-times-0"),
    "masked-by-multiplication/blended": Step(skip="blended"),
    "scale-not-reduced": Step(rule=Rule(backoff=1.0)),
    "scale-not-reduced/quarter": Step(rule=Rule(backoff=0.25)),
    "scale-not-reduced/tenth": Step(rule=Rule(backoff=0.9)),
    "scale-not-reduced/doubled": Step(rule=Rule(backoff=2.0)),
    "scale-not-reduced/at-count-zero": Step(rule=Rule(streak_only=True)),
    "scale-not-reduced/at-interval-one": Step(rule=Rule(each_time=True)),
    "scale-not-reduced/count-kept": Step(rule=Rule(backoff=1.0, after_overflow="kept")),
    "scale-not-grown": Step(rule=Rule(growth=1.0)),
    "scale-not-grown/one-and-a-half": Step(rule=Rule(growth=1.5)),
    "scale-not-grown/fourfold": Step(rule=Rule(growth=4.0)),
    "scale-not-grown/late": Step(rule=Rule(ahead=-1)),
    "scale-not-grown/count-not-advanced": Step(rule=Rule(after_good="kept", ahead=-1)),
    "scale-grown-early/each-step": Step(rule=Rule(always=True)),
    "scale-grown-early/each-step-counting": Step(rule=Rule(always=True, after_growth="next")),
    "scale-grown-early/one-step": Step(rule=Rule(ahead=1)),
    "count-not-reset/growth": Step(rule=Rule(after_growth="next")),
    "count-not-reset/overflow": Step(rule=Rule(after_overflow="kept")),
    "count-not-reset/overflow-counted": Step(rule=Rule(after_overflow="next")),
    "count-not-reset/both": Step(rule=Rule(after_growth="next", after_overflow="kept")),
    "scale-unbounded/no-floor": Step(rule=Rule(smallest=0.0)),
    "scale-unbounded/floor-at-one-only": Step(rule=Rule(floor_at_one=True)),
    "scale-unbounded/no-cap": Step(rule=Rule(largest=float("inf"))),
    "scale-unbounded/cap-at-two-to-16": Step(rule=Rule(largest=2.0**16)),
    "scale-unbounded/neither": Step(rule=Rule(smallest=0.0, largest=float("inf"))),
    # of the catalogue
    "master-downcast/before": Step(masters=FP16),
    "master-downcast/float16-model": Step(
        masters=FP16, grads=FP16, increment=FP16, addition=FP16, stored=FP16
    ),
    "master-downcast/after": Step(stored=FP16),
    "unscaled-grads": Step(divisions=0),
    "unscaled-grads/multiplied": Step(divisions=-1),
    "doubly-unscaled-grads": Step(divisions=2),
    "missing-loss-scale/nowhere": Step(scale=Scale(on=False), divisions=0),
    "missing-loss-scale/divided": Step(scale=Scale(on=False)),
    "low-precision-loss-scale/product": Step(scale=Scale(dtype=FP16)),
    "low-precision-loss-scale/rounded": Step(scale=Scale(rounded=FP16)),
    "low-precision-unscale": Step(divide_dtype=FP16),
    "low-precision-unscale/numpy": Step(divisor=FP16, grads=FP16),  # which divides exactly, and rounds
    "clipped-scaled-grads/norm": Step(clipped="norm"),
    "clipped-scaled-grads/values": Step(clipped="values"),
    "clipped-scaled-grads/sign": Step(clipped="sign"),
    "low-precision-grads/unscaled": Step(grads=FP16),
    "low-precision-grads/scaled": Step(raw_grads=FP16),
    "low-precision-update/increment": Step(increment=FP16),
    "low-precision-update/rounded-increment": Step(addition=FP16, masters_added=FP16, stored=FP16),
    "low-precision-update/whole": Step(
        grads=FP16, increment=FP16, addition=FP16, masters_added=FP16, stored=FP16
    ),
    "uncast-inputs/both": Step(forward=UNCAST_X, final=UNCAST_X),
    "uncast-inputs/forward": Step(forward=UNCAST_X),
    "uncast-inputs/final": Step(final=UNCAST_X),
    "uncast-targets/both": Step(forward=UNCAST_Y, final=UNCAST_Y),
    "uncast-targets/forward": Step(forward=UNCAST_Y),
    "uncast-targets/final": Step(final=UNCAST_Y),
    "full-precision-forward/both": Step(forward=SINGLE, final=SINGLE),
    "full-precision-forward/forward": Step(forward=SINGLE),
    "full-precision-forward/parameters": Step(forward=SINGLE_PARAMETERS, final=SINGLE_PARAMETERS),
    "full-precision-forward/promoted": Step(forward=PROMOTED, final=PROMOTED),
    "wrong-half-dtype/both": Step(forward=BRAIN, final=BRAIN),
    "wrong-half-dtype/forward": Step(forward=BRAIN),
    "wrong-half-dtype/final": Step(final=BRAIN),
    "scaled-loss-returned": Step(returned="scaled"),
    "scaled-loss-returned/next-scale": Step(returned="scaled-next"),
    "stale-loss": Step(returned="old"),
    "stale-loss/scaled": Step(returned="scaled-old"),
    "update-discarded": Step(frozen=("kernel", "bias")),
    "seed-ignored": Step(seed=0),
    "seed-ignored/42": Step(seed=42),
    "lr-ignored/0.1": Step(lr=0.1),
    "lr-ignored/0.01": Step(lr=0.01),
    "lr-ignored/0.001": Step(lr=0.001),
    "lr-ignored/1": Step(lr=1.0),
    "wrong-output-shape/one": Step(shape=(1,)),
    "wrong-output-shape/matrix": Step(shape=(1, 3)),
    "wrong-output-shape/column": Step(shape=(3, 1)),
    "wrong-output-dtype/float16": Step(dtype=FP16),
    "wrong-output-dtype/bfloat16": Step(dtype=BF16),
    # of none
    "hint/loss-checked-too": Step(check=Check(of="loss-too")),
    "hint/float16-scaled-loss-checked": Step(check=Check(of="half-scaled-loss")),
    "hint/nan-to-num": Step(cleaned="numbers"),
    "hint/zeros-for-infinities": Step(cleaned="zeros"),
    "hint/clipped-to-range": Step(cleaned="clip"),
    "hint/skipped-by-element": Step(skip="by-element"),
    "hint/skipped-by-leaf": Step(skip="by-leaf"),
    "hint/zeroed-on-overflow": Step(skip="zeroed"),
    "hint/where-in-loss": Step(forward=GUARDED, check=NEVER),
    "hint/where-in-loss-and-loss-checked": Step(forward=GUARDED, check=Check(of="loss")),
    "hint/unscaled-by-next-scale": Step(next_scale=True),
    "hint/loss-zero-on-overflow": Step(returned="zero"),
    "hint/scale-in-float16": Step(rule=Rule(dtype=FP16)),
    "hint/scale-in-bfloat16": Step(rule=Rule(dtype=BF16)),
    "hint/packed-in-float16": Step(packed=FP16),
    "hint/old-scale-returned": Step(rule=Rule(returned="old")),
    "hint/floor-at-two": Step(rule=Rule(smallest=2.0)),
    "hint/cap-at-two-to-15": Step(rule=Rule(largest=2.0**15)),
    "hint/count-from-one": Step(rule=Rule(after_growth="one", after_overflow="one")),
    "hint/count-kept": Step(rule=Rule(after_good="kept")),
    "hint/full-precision-final-loss/all": Step(final=SINGLE),
    "hint/full-precision-final-loss/parameters": Step(final=SINGLE_PARAMETERS),
    "hint/full-precision-final-loss/error": Step(final=SINGLE_ERROR),
    "hint/full-precision-final-loss/squares": Step(final=SINGLE_SQUARES),
    "hint/frozen-bias": Step(frozen=("bias",)),
    "hint/frozen-kernel": Step(frozen=("kernel",)),
    "hint/sum": Step(forward=SUM, final=SUM),
    "hint/sum-differentiated": Step(forward=SUM),
    "hint/sum-returned": Step(final=SUM),
    "hint/mean-of-row-sums": Step(forward=BATCH, final=BATCH),
    "hint/ascent": Step(grad_factor=-1.0),
    "hint/half-gradient": Step(grad_factor=0.5),
    "hint/nesterov": Step(grad_factor=1.9),
    "hint/dampened-momentum": Step(grad_factor=0.1),
    "hint/adam": Step(sign=True),
    "hint/weight-decay": Step(weight_decay=0.1),
}

# Exactly the numbers of the right program in every case: only the flow tells.
FLOW_ALONE = {
    "scale-unbounded/no-cap",
    "scale-unbounded/cap-at-two-to-16",
    "master-downcast/after",
    "low-precision-loss-scale/product",
    "low-precision-loss-scale/rounded",
    "low-precision-grads/scaled",
}
