"""One step with switches: every mistake is the right step with one of them turned.

Written with plain arrays, and bit for bit the same as the reference when nothing is turned. All casts
are explicit, because a mistake is most often a cast that was forgotten: where bfloat16 meets float32
the wider one wins, as it does in the learner's eager code. The ways to cut and to add are functions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
from accumulated_precisions import FP32, DType, Parameters, Pass, gradient_of, rounded
from accumulated_ways import Part, add, by_count, in_order
from flax import nnx


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The step of the reference, with a switch for whatever can be done wrong.

    Attributes:
        forward: the pass that is differentiated. final: the one that the returned loss comes from.
        seed, lr: used in place of the argument when not None.
        masters: what the float32 masters are rounded to before anything is done with them.
        stored: what they are kept in after the step.
        cut: the parts. added: the sum of their gradients. divisor: what that is divided by, from the number
            of parts and that of rows.
        divided_first: what each gradient is divided in before it is added; "" when it isn't.
        part_grads: what each part's gradient is rounded to before that. grads: what their mean is rounded to.
        per_part: "" for one update at the end, "rate" for one with each part's gradient, "divided-rate" for
            the same with the rate divided by the number of parts, "sums" for one with the mean so far.
        grad_factor: what the gradients are multiplied by in the end (-1 climbs). sign: only the sign is left.
        increment: what the learning rate and grads are rounded to and multiplied in. addition: what the
            increment is added in; `masters_added` is what the masters are rounded to there.
        weight_decay: share of the masters added to their grads.
        frozen: names of the parameters that are not updated.
        steps: how many updates are done.
        returned: "new" (after the update), "old" (before it), "first" or "last" (of that part, after it),
            "old-first", "old-last", "old-mean" (of the parts, before it), "mean" (of the parts, in float32),
            "old-rounded-mean" (before it, in bfloat16) or "summed" (of the parts).
        shape, dtype: of what is returned.
    """

    forward: Pass = field(default_factory=Pass)
    final: Pass = field(default_factory=Pass)
    seed: int | None = None
    lr: float | None = None
    masters: DType = FP32
    stored: DType = FP32
    cut: Callable[[jax.Array, jax.Array, int], list[Part]] = in_order
    added: Callable[[Sequence[Parameters]], Parameters] = add
    divisor: Callable[[int, int], float] = by_count
    divided_first: DType = ""
    part_grads: DType = FP32
    grads: DType = FP32
    per_part: str = ""
    grad_factor: float = 1.0
    sign: bool = False
    increment: DType = FP32
    addition: DType = FP32
    masters_added: DType = FP32
    weight_decay: float = 0.0
    frozen: tuple[str, ...] = ()
    steps: int = 1
    returned: str = "new"
    shape: tuple[int, ...] = (1,)
    dtype: DType = FP32

    def __call__(self, seed: float, x: jax.Array, y: jax.Array, lr: float, micro_batches: int) -> jax.Array:
        """Takes and returns what the reference's `accumulated_step` does, but for the mistake."""
        old = self._initial(seed if self.seed is None else self.seed, x.shape[-1], y.shape[-1])
        rate = lr if self.lr is None else self.lr
        parts = self.cut(x, y, micro_batches)
        new = old
        for _ in range(self.steps):
            new = self._after(new, parts, rate, len(x))
        loss = self._loss(old, new, (x, y), in_order(x, y, micro_batches))
        return loss.astype(FP32).reshape(self.shape).astype(self.dtype)

    def _initial(self, seed: float, d_in: int, d_out: int) -> Parameters:
        layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
        parameters = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
        return {name: rounded(value, self.masters, FP32) for name, value in parameters.items()}

    def _after(self, parameters: Parameters, parts: list[Part], lr: float, rows: int) -> Parameters:
        """The parameters after one step."""
        count = len(parts)
        if not self.per_part:
            grads = [self._grads(parameters, *part, count) for part in parts]
            divisor = 1 if self.divided_first else self.divisor(count, rows)
            return self._updated(parameters, self._mean(self.added(grads), divisor), lr)
        rate = lr / count if self.per_part == "divided-rate" else lr
        seen: list[Parameters] = []
        for part in parts:
            grads = self._grads(parameters, *part, count)
            seen = [*seen, grads] if self.per_part == "sums" else [grads]
            parameters = self._updated(parameters, self._mean(self.added(seen), len(seen)), rate)
        return parameters

    def _grads(self, parameters: Parameters, x: jax.Array, y: jax.Array, count: int) -> Parameters:
        """The gradient of one part, as it is added."""
        grads = gradient_of(self.forward, parameters, x, y)
        grads = {name: rounded(grad, self.part_grads, FP32) for name, grad in grads.items()}
        if not self.divided_first:
            return grads
        return {
            name: rounded(rounded(grad, self.divided_first) / count, FP32) for name, grad in grads.items()
        }

    def _mean(self, sums: Parameters, divisor: float) -> Parameters:
        """What the optimizer gets."""
        means = {name: rounded(leaf / divisor, self.grads, FP32) for name, leaf in sums.items()}
        means = {name: leaf * self.grad_factor for name, leaf in means.items()}
        return {name: jnp.sign(leaf) for name, leaf in means.items()} if self.sign else means

    def _updated(self, parameters: Parameters, grads: Parameters, lr: float) -> Parameters:
        return {
            name: value if name in self.frozen else self._moved(value, grads[name], lr)
            for name, value in parameters.items()
        }

    def _moved(self, value: jax.Array, grad: jax.Array, lr: float) -> jax.Array:
        grad = grad + self.weight_decay * value
        increment = jnp.asarray(-lr, self.increment) * grad.astype(self.increment)
        moved = rounded(value, self.masters_added, self.addition) + increment.astype(self.addition)
        return rounded(moved, self.stored, FP32)

    def _loss(self, old: Parameters, new: Parameters, batch: Part, parts: list[Part]) -> jax.Array:
        """What comes back."""
        used = old if self.returned.startswith("old") else new
        match self.returned.removeprefix("old").removeprefix("-"):
            case "first":
                return self.final.loss(used, *parts[0])
            case "last":
                return self.final.loss(used, *parts[-1])
            case "mean":
                return jnp.mean(jnp.stack([self.final.loss(used, *part).astype(FP32) for part in parts]))
            case "rounded-mean":
                return jnp.mean(jnp.stack([self.final.loss(used, *part) for part in parts]))
            case "summed":
                return jnp.sum(jnp.stack([self.final.loss(used, *part).astype(FP32) for part in parts]))
            case _:
                return self.final.loss(used, *batch)
