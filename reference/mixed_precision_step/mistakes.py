"""Every mistake of the catalogue as a small wrong version of the reference, and some outside of it.

A key is a pitfall's id, or its id and a nuance after a slash; keys under "hint/" belong to no pitfall.
Which of them numbers can tell, and in which case, `judge verify` measures; FLOW_ALONE names those that give
the right number in every case there can be.
"""

from collections.abc import Callable

import jax
from mixed_precision_variants import BF16, FP16, FP32, Pass, Step

UNCAST_X = Pass(inputs=FP32)
UNCAST_Y = Pass(targets=FP32)
SINGLE = Pass(parameters=FP32, inputs=FP32, targets=FP32)
SINGLE_PARAMETERS = Pass(parameters=FP32)
PROMOTED = Pass(promoted=FP32)
SINGLE_ERROR = Pass(error=FP32)
SINGLE_SQUARES = Pass(squares=FP32)
HALF = Pass(parameters=FP16, inputs=FP16, targets=FP16)
SUM = Pass(reduction="sum")
BATCH = Pass(reduction="batch")

MISTAKES: dict[str, Callable[..., jax.Array]] = {
    "master-downcast/before": Step(masters=BF16),
    "master-downcast/bfloat16-model": Step(
        masters=BF16, grads=BF16, increment=BF16, addition=BF16, stored=BF16
    ),
    "master-downcast/after": Step(stored=BF16),
    "unscaled-grads": Step(divisions=0),
    "unscaled-grads/multiplied": Step(divisions=-1),
    "doubly-unscaled-grads": Step(divisions=2),
    "missing-loss-scale/nowhere": Step(scale=False, divisions=0),
    "missing-loss-scale/divided": Step(scale=False),
    "low-precision-loss-scale/product": Step(scale_dtype=BF16),
    "low-precision-loss-scale/rounded": Step(rounded_scale=BF16),
    "low-precision-unscale": Step(divide_dtype=BF16),
    "clipped-scaled-grads/norm": Step(clipped="norm"),
    "clipped-scaled-grads/values": Step(clipped="values"),
    "clipped-scaled-grads/sign": Step(clipped="sign"),
    "low-precision-grads/unscaled": Step(grads=BF16),
    "low-precision-grads/scaled": Step(raw_grads=BF16),
    "low-precision-update/increment": Step(increment=BF16),
    "low-precision-update/rounded-increment": Step(addition=BF16, masters_added=BF16, stored=BF16),
    "low-precision-update/whole": Step(
        grads=BF16, increment=BF16, addition=BF16, masters_added=BF16, stored=BF16
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
    "full-precision-loss/error": Step(forward=SINGLE_ERROR),
    "full-precision-loss/squares": Step(forward=SINGLE_SQUARES),
    "wrong-half-dtype/both": Step(forward=HALF, final=HALF),
    "wrong-half-dtype/forward": Step(forward=HALF),
    "wrong-half-dtype/final": Step(final=HALF),
    "scaled-loss-returned": Step(returned="scaled"),
    "stale-loss": Step(returned="old"),
    "update-discarded": Step(frozen=("kernel", "bias")),
    "full-precision-final-loss/all": Step(final=SINGLE),
    "full-precision-final-loss/parameters": Step(final=SINGLE_PARAMETERS),
    "full-precision-final-loss/error": Step(final=SINGLE_ERROR),
    "full-precision-final-loss/squares": Step(final=SINGLE_SQUARES),
    "seed-ignored": Step(seed=0),
    "seed-ignored/42": Step(seed=42),
    "lr-ignored/0.1": Step(lr=0.1),
    "lr-ignored/0.01": Step(lr=0.01),
    "lr-ignored/0.001": Step(lr=0.001),
    "lr-ignored/1": Step(lr=1.0),
    "wrong-output-shape/scalar": Step(shape=()),
    "wrong-output-shape/matrix": Step(shape=(1, 1)),
    "wrong-output-dtype/bfloat16": Step(dtype=BF16),
    "wrong-output-dtype/float16": Step(dtype=FP16),
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
    "hint/two-steps": Step(steps=2),
}

FLOW_ALONE = {
    "master-downcast/after",
    "low-precision-loss-scale/product",
    "low-precision-loss-scale/rounded",
    "low-precision-grads/scaled",
    "full-precision-loss/error",
    "full-precision-loss/squares",
}
