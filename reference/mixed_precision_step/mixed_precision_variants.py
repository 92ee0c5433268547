"""One step with switches: every mistake is the right step with one of them turned.

Written with plain arrays, and bit for bit the same as the reference when nothing is turned. All casts
are explicit, because a mistake is most often a cast that was forgotten: where bfloat16 meets float32
the wider one wins, as it does in the learner's eager code.
"""

from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
from flax import nnx

DType = str
BF16, FP16, FP32 = "bfloat16", "float16", "float32"
Parameters = dict[str, jax.Array]  # "kernel" (D_in, D_out), "bias" (D_out,)


def rounded(value: jax.Array, *dtypes: DType) -> jax.Array:
    """`value` cast to each dtype in turn."""
    for dtype in dtypes:
        value = value.astype(dtype)
    return value


def wider(*dtypes: DType) -> DType:
    """What arithmetic on these half and single precisions is done in."""
    return dtypes[0] if len(set(dtypes)) == 1 else FP32


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """The precision of one way from the parameters to the loss.

    Attributes:
        parameters, inputs, targets: what they are cast to.
        promoted: the cast parameters are brought back to this dtype before the matmul; "" when they are not.
        error: what error, squares and mean are computed in; "" for what comes of prediction and targets.
        squares: what the squares and their mean are computed in; "" for the dtype of the error.
        result: what the loss is rounded to; "" for the dtype that it was computed in.
        reduction: "mean", "sum" or "batch" (mean over rows of the sum over columns).
    """

    parameters: DType = BF16
    inputs: DType = BF16
    targets: DType = BF16
    promoted: DType = ""
    error: DType = ""
    squares: DType = ""
    result: DType = ""
    reduction: str = "mean"

    def loss(self, parameters: Parameters, x: jax.Array, y: jax.Array) -> jax.Array:
        """The loss of x float32 (N, D_in) against y float32 (N, D_out), shape ()."""
        work = wider(self.promoted or self.parameters, self.inputs)
        kernel, bias = (
            rounded(parameters[name], self.parameters, self.promoted or self.parameters, work)
            for name in ("kernel", "bias")
        )
        prediction = rounded(x, self.inputs, work) @ kernel + bias
        error = self.error or wider(work, self.targets)
        difference = rounded(prediction, error) - rounded(y, self.targets, error)
        squares = rounded(difference, self.squares or error) ** 2
        loss = self._reduce(squares)
        return loss.astype(self.result or loss.dtype)

    def _reduce(self, squares: jax.Array) -> jax.Array:
        match self.reduction:
            case "sum":
                return jnp.sum(squares)
            case "batch":
                return jnp.sum(squares) / squares.shape[0]
            case _:
                return jnp.mean(squares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The step of the reference, with a switch for whatever can be done wrong.

    Attributes:
        forward: the pass that is differentiated. final: the one that the returned loss comes from.
        seed, lr: used in place of the argument when not None.
        masters: what the float32 masters are rounded to before anything is done with them.
        stored: what they are kept in after the step.
        scale: whether the loss is multiplied by the scale. scale_dtype: what in. rounded_scale: what the
            scale is rounded to before that; "" when it isn't.
        clipped: what is done to the grads before they are divided: "" nothing, "norm" (their global norm is
            at most 1), "values" (each is within 1 of zero) or "sign" (only their sign is left).
        divisions: how often the grads are divided by the scale (-1 multiplies). divide_dtype: what in.
        raw_grads: what they are rounded to before that. grads: what they are rounded to after that.
        grad_factor: what they are multiplied by in the end (-1 climbs). sign: only their sign is left.
        increment: what the learning rate and grads are rounded to and multiplied in. addition: what the
            increment is added in; `masters_added` is what the masters are rounded to there.
        weight_decay: share of the masters added to their grads.
        frozen: names of the parameters that are not updated.
        steps: how many updates are done.
        returned: "new" (after the update), "old" (before it) or "scaled" (new, times the scale).
        shape, dtype: of what is returned.
    """

    forward: Pass = field(default_factory=Pass)
    final: Pass = field(default_factory=Pass)
    seed: int | None = None
    lr: float | None = None
    masters: DType = FP32
    stored: DType = FP32
    scale: bool = True
    scale_dtype: DType = FP32
    rounded_scale: DType = ""
    clipped: str = ""
    divisions: int = 1
    divide_dtype: DType = FP32
    raw_grads: DType = FP32
    grads: DType = FP32
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

    def __call__(self, seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
        """Takes and returns what the reference's `mixed_precision_step` does, but for the mistake."""
        old = self._initial(seed if self.seed is None else self.seed, x.shape[-1], y.shape[-1])
        new = old
        for _ in range(self.steps):
            grads = self._grads(new, x, y, loss_scale)
            new = self._updated(new, grads, lr if self.lr is None else self.lr)
        loss = self.final.loss(old if self.returned == "old" else new, x, y).astype(FP32)
        if self.returned == "scaled":
            loss = loss * loss_scale
        return loss.reshape(self.shape).astype(self.dtype)

    def _initial(self, seed: float, d_in: int, d_out: int) -> Parameters:
        layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
        parameters = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
        return {name: rounded(value, self.masters, FP32) for name, value in parameters.items()}

    def _scaled(self, loss: jax.Array, loss_scale: float) -> jax.Array:
        if not self.scale:
            return loss.astype(FP32)
        factor = jnp.asarray(loss_scale, FP32)
        factor = rounded(factor, self.rounded_scale or FP32, self.scale_dtype)
        return (loss.astype(self.scale_dtype) * factor).astype(FP32)

    def _grads(self, parameters: Parameters, x: jax.Array, y: jax.Array, loss_scale: float) -> Parameters:
        def scaled_loss(parameters: Parameters) -> jax.Array:
            return self._scaled(self.forward.loss(parameters, x, y), loss_scale)

        grads = self._clipped(jax.grad(scaled_loss)(parameters))
        return {name: self._unscaled(grad, loss_scale) for name, grad in grads.items()}

    def _clipped(self, grads: Parameters) -> Parameters:
        match self.clipped:
            case "norm":
                norm = jnp.sqrt(sum(jnp.vdot(grad, grad) for grad in grads.values()))
                return {name: grad * jnp.minimum(1, 1 / norm) for name, grad in grads.items()}
            case "values":
                return {name: jnp.clip(grad, -1, 1) for name, grad in grads.items()}
            case "sign":
                return {name: jnp.sign(grad) for name, grad in grads.items()}
            case _:
                return grads

    def _unscaled(self, grad: jax.Array, loss_scale: float) -> jax.Array:
        grad = rounded(grad, self.raw_grads, self.divide_dtype)
        grad = grad / jnp.asarray(loss_scale, self.divide_dtype) ** self.divisions
        grad = rounded(grad, self.grads, FP32) * self.grad_factor
        return jnp.sign(grad) if self.sign else grad

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
