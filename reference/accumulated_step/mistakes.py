"""Every mistake of the catalogue as a small wrong version of the reference, and some outside of it.

A key is a pitfall's id, or its id and a nuance after a slash; keys under "hint/" belong to no pitfall.
Which of them numbers can tell, and in which case, is measured by bench/margins.py.
"""

from collections.abc import Callable

import accumulated_passes as passes
import accumulated_ways as ways
import jax
from accumulated_precisions import BF16, FP16, FP32, Pass
from accumulated_variants import Step

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
    "low-precision-accumulator/bfloat16": Step(added=ways.add_in_bfloat16),
    "low-precision-accumulator/reversed": Step(added=ways.add_reversed_in_bfloat16),
    "low-precision-accumulator/running-mean": Step(added=ways.add_in_bfloat16, divided_first=FP32),
    "low-precision-accumulator/rounded-sum": Step(added=ways.round_the_sum),
    "low-precision-accumulator/rounded-mean": Step(grads=BF16),
    "low-precision-accumulator/shared-copy": passes.shared_copy,
    "low-precision-accumulator/grads-of-copy": passes.grads_of_copy,
    "low-precision-accumulator/scan": passes.scan_in_bfloat16,
    "low-precision-accumulator/multi-steps": passes.multi_steps_in_bfloat16,
    "summed-grads": Step(divisor=ways.not_at_all),
    "summed-grads/losses": Step(divisor=ways.not_at_all, returned="summed"),
    "last-micro-batch-only/undivided": Step(added=ways.last, divisor=ways.not_at_all),
    "last-micro-batch-only/divided": Step(added=ways.last),
    "last-micro-batch-only/last-two": Step(added=ways.last_two),
    "last-micro-batch-only/bias": Step(added=ways.bias_of_last),
    "last-micro-batch-only/kernel": Step(added=ways.kernel_of_last),
    "update-per-micro-batch": Step(per_part="rate"),
    "update-per-micro-batch/divided-rate": Step(per_part="divided-rate"),
    "update-per-micro-batch/mean-so-far": Step(per_part="sums"),
    "partial-loss-returned/last": Step(returned="last"),
    "partial-loss-returned/first": Step(returned="first"),
    "partial-loss-returned/last-before": Step(returned="old-last"),
    "partial-loss-returned/first-before": Step(returned="old-first"),
    "master-downcast/before": Step(masters=BF16),
    "master-downcast/bfloat16-model": Step(
        masters=BF16,
        added=ways.add_in_bfloat16,
        grads=BF16,
        increment=BF16,
        addition=BF16,
        stored=BF16,
    ),
    "master-downcast/after": Step(stored=BF16),
    "low-precision-grads/again": Step(part_grads=BF16),
    "low-precision-grads/divided": Step(divided_first=BF16),
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
    "full-precision-final-loss/all": Step(final=SINGLE),
    "full-precision-final-loss/parameters": Step(final=SINGLE_PARAMETERS),
    "full-precision-final-loss/error": Step(final=SINGLE_ERROR),
    "full-precision-final-loss/squares": Step(final=SINGLE_SQUARES),
    "full-precision-final-loss/mean-of-parts": Step(returned="mean"),
    "wrong-half-dtype/both": Step(forward=HALF, final=HALF),
    "wrong-half-dtype/forward": Step(forward=HALF),
    "wrong-half-dtype/final": Step(final=HALF),
    "wrong-half-dtype/accumulator": Step(added=ways.add_in_float16),
    "wrong-half-dtype/running-mean": Step(added=ways.add_in_float16, divided_first=FP32),
    "stale-loss": Step(returned="old"),
    "stale-loss/mean-of-parts": Step(returned="old-mean"),
    "stale-loss/rounded-mean-of-parts": Step(returned="old-rounded-mean"),
    "update-discarded": Step(frozen=("kernel", "bias")),
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
    # What is added, and how it is divided.
    "hint/whole-batch": Step(cut=ways.whole),
    "hint/vmapped-losses": passes.vmapped_losses,
    "hint/first-again": Step(added=ways.first_again),
    "hint/first-again-counted": Step(added=ways.first_again, divisor=ways.by_count_and_one),
    "hint/first-only": Step(cut=ways.first_only),
    "hint/first-divided": Step(added=ways.first),
    "hint/all-but-first": Step(cut=ways.all_but_first),
    "hint/all-but-last": Step(cut=ways.all_but_last),
    "hint/larger-one": Step(added=ways.largest),
    "hint/halved-each-time": Step(added=ways.halved_each_time),
    "hint/divided-each-time": Step(added=ways.divided_each_time),
    "hint/divided-twice": Step(divisor=ways.twice),
    "hint/divided-by-rows": Step(divisor=ways.by_rows),
    "hint/divided-by-rows-too": Step(divisor=ways.by_rows_too),
    "hint/divided-by-rows-of-a-part": Step(divisor=ways.by_rows_of_a_part),
    "hint/divided-by-one-less": Step(divisor=ways.by_count_less_one),
    "hint/divided-by-one-more": Step(divisor=ways.by_count_and_one),
    "hint/divided-by-four": Step(divisor=ways.by_four),
    # How the batch is cut.
    "hint/four-parts": Step(cut=ways.four),
    "hint/size-for-count": Step(cut=ways.size_for_count),
    "hint/one-row-short": Step(cut=ways.one_row_short),
    "hint/overlapping": Step(cut=ways.overlapping),
    "hint/interleaved": Step(cut=ways.interleaved),
    "hint/shuffled": Step(cut=ways.shuffled),
    "hint/mismatched": Step(cut=ways.mismatched),
    # What is wrong with any step.
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

# Exactly the numbers of the right program in every case: only the flow tells.
FLOW_ALONE = {
    "master-downcast/after",
    "low-precision-grads/again",
    "low-precision-grads/divided",
}
