"""One step with switches: every mistake is the right step with one of them turned.

Written with plain arrays, and bit for bit the same as the reference when nothing is turned. All casts
are explicit, because a mistake is most often a cast that was forgotten: where float16 meets float32
the wider one wins, as it does in the learner's eager code.
"""

from dataclasses import dataclass, field
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx
from loss_scale_rules import Check, Rule

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
        reduction: "mean", "sum" or "batch" (mean over rows of the sum over columns).
        guarded: a loss that isn't finite is replaced by 0, where it is differentiated, too.
    """

    parameters: DType = FP16
    inputs: DType = FP16
    targets: DType = FP16
    promoted: DType = ""
    error: DType = ""
    squares: DType = ""
    reduction: str = "mean"
    guarded: bool = False

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
        loss = self._reduce(rounded(difference, self.squares or error) ** 2)
        return jnp.where(jnp.isfinite(loss), loss, 0) if self.guarded else loss

    def _reduce(self, squares: jax.Array) -> jax.Array:
        match self.reduction:
            case "sum":
                return jnp.sum(squares)
            case "batch":
                return jnp.sum(squares) / squares.shape[0]
            case _:
                return jnp.mean(squares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How a loss is scaled.

    Attributes:
        on: whether it is. dtype: what it is multiplied in.
        rounded: what the scale is rounded to before that; "" when it isn't.
    """

    on: bool = True
    dtype: DType = FP32
    rounded: DType = ""

    def scaled(self, loss: jax.Array, loss_scale: float) -> jax.Array:
        """The loss as it is differentiated, float32 ()."""
        if not self.on:
            return loss.astype(FP32)
        factor = rounded(jnp.asarray(loss_scale, FP32), self.rounded or FP32, self.dtype)
        return (loss.astype(self.dtype) * factor).astype(FP32)


@partial(jax.jit, static_argnums=(0, 1))
def gradient_of(  # noqa: PLR0917 - which loss, how scaled, at what
    one: Pass, scale: Scale, parameters: Parameters, x: jax.Array, y: jax.Array, loss_scale: float
) -> tuple[Parameters, jax.Array]:
    """The gradient of a scaled loss with respect to the parameters, and the loss before it is scaled.

    Compiled, since nearly every mistake needs it: under `--xla_allow_excess_precision=false` all casts stay
    where they are, and the numbers are those of eager code.
    """

    def scaled_loss(parameters: Parameters) -> tuple[jax.Array, jax.Array]:
        loss = one.loss(parameters, x, y)
        return scale.scaled(loss, loss_scale), loss

    return jax.grad(scaled_loss, has_aux=True)(parameters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The step of the reference, with a switch for whatever can be done wrong.

    Attributes:
        forward: the pass that is differentiated. final: the one that the returned loss comes from.
        seed, lr: used in place of the argument when not None.
        masters: what the float32 masters are rounded to before anything is done with them.
        stored: what they are kept in after the step.
        scale: how the loss is scaled.
        cleaned: what is done to the grads before they are looked at: "" nothing, "numbers" (nan_to_num),
            "zeros" (what isn't finite becomes 0) or "clip" (to float16's range).
        check: what is asked for finiteness.
        skip: how the update is left out when the answer is no: "kept" (the right way), "applied" (not at
            all), "grads-times-0", "lr-times-0", "blended" (times 1 or 0), "by-element" and "by-leaf" (each
            for itself) or "zeroed" (the parameters become 0).
        rule: what becomes of the scale and the count.
        clipped: what is done to the grads before they are divided: "" nothing, "norm" (their global norm is
            at most 1), "values" (each is within 1 of zero) or "sign" (only their sign is left).
        divisions: how often the grads are divided by the scale (-1 multiplies). divide_dtype: what in.
            divisor: what the scale is rounded to before that.
            next_scale: divided by the scale of the next step instead.
        raw_grads: what they are rounded to before that. grads: what they are rounded to after that.
        grad_factor: what they are multiplied by in the end (-1 climbs). sign: only their sign is left.
        increment: what the learning rate and grads are rounded to and multiplied in. addition: what the
            increment is added in; `masters_added` is what the masters are rounded to there.
        weight_decay: share of the masters added to their grads.
        frozen: names of the parameters that are not updated.
        returned: "new" (after the update), "old" (before it), "scaled" (new, times the scale),
            "scaled-next" (times the next one), "scaled-old" (before, times the scale) or "zero" (0 after an
            overflow).
        packed: what all three results are rounded to. shape, dtype: of what is returned.
    """

    forward: Pass = field(default_factory=Pass)
    final: Pass = field(default_factory=Pass)
    seed: int | None = None
    lr: float | None = None
    masters: DType = FP32
    stored: DType = FP32
    scale: Scale = field(default_factory=Scale)
    cleaned: str = ""
    check: Check = field(default_factory=Check)
    skip: str = "kept"
    rule: Rule = field(default_factory=Rule)
    clipped: str = ""
    divisions: int = 1
    divide_dtype: DType = FP32
    divisor: DType = FP32
    next_scale: bool = False
    raw_grads: DType = FP32
    grads: DType = FP32
    grad_factor: float = 1.0
    sign: bool = False
    increment: DType = FP32
    addition: DType = FP32
    masters_added: DType = FP32
    weight_decay: float = 0.0
    frozen: tuple[str, ...] = ()
    returned: str = "new"
    packed: DType = FP32
    shape: tuple[int, ...] = (3,)
    dtype: DType = FP32

    def __call__(  # noqa: PLR0917 - the entry point's seven
        self,
        seed: float,
        x: jax.Array,
        y: jax.Array,
        lr: float,
        loss_scale: float,
        good_steps: int,
        growth_interval: int,
    ) -> jax.Array:
        """Takes and returns what the reference's step does, but for the mistake."""
        old = self._initial(seed if self.seed is None else self.seed, x.shape[-1], y.shape[-1])
        lr = lr if self.lr is None else self.lr
        new, finite, scale, count = self._step(old, x, y, lr, loss_scale, good_steps, growth_interval)
        loss = self.final.loss(old if self.returned in {"old", "scaled-old"} else new, x, y).astype(FP32)
        match self.returned:
            case "scaled" | "scaled-old":
                loss = loss * loss_scale
            case "scaled-next":
                loss = loss * scale
            case "zero":
                loss = jnp.where(finite, loss, 0)
        results = jnp.stack([jnp.asarray(value, FP32).astype(self.packed) for value in (loss, scale, count)])
        return jnp.resize(results, self.shape).astype(self.dtype)

    def _step(  # noqa: PLR0917 - the entry point's, but for the seed
        self,
        old: Parameters,
        x: jax.Array,
        y: jax.Array,
        lr: float,
        loss_scale: float,
        good_steps: int,
        growth_interval: int,
    ) -> tuple[Parameters, jax.Array, jax.Array, jax.Array]:
        """New parameters, whether they were found finite, and the next scale and count."""
        loss, grads = self._grads(old, x, y, loss_scale)
        finite = self.check.finite(loss, loss_scale, grads)
        scale, count = self.rule.next(finite, loss_scale, good_steps, growth_interval)
        divisor = scale if self.next_scale else loss_scale
        grads = {name: self._unscaled(grad, divisor) for name, grad in self._clipped(grads).items()}
        return self._updated(old, grads, lr, finite), finite, scale, count

    def _initial(self, seed: float, d_in: int, d_out: int) -> Parameters:
        start = jax.random.key(seed.astype(jnp.int32)) if isinstance(seed, jax.Array) else int(seed)
        layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(start))
        parameters = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
        return {name: rounded(value, self.masters, FP32) for name, value in parameters.items()}

    def _grads(
        self, parameters: Parameters, x: jax.Array, y: jax.Array, loss_scale: float
    ) -> tuple[jax.Array, Parameters]:
        """The loss that is differentiated, and grads that still carry the scale."""
        grads, loss = gradient_of(self.forward, self.scale, parameters, x, y, loss_scale)
        return loss, {name: self._cleaned(grad) for name, grad in grads.items()}

    def _cleaned(self, grad: jax.Array) -> jax.Array:
        match self.cleaned:
            case "numbers":
                return jnp.nan_to_num(grad)
            case "zeros":
                return jnp.where(jnp.isfinite(grad), grad, 0)
            case "clip":
                return jnp.clip(grad, -65504.0, 65504.0)
            case _:
                return grad

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
        divisor = rounded(jnp.asarray(loss_scale, self.divisor), self.divide_dtype)
        grad = grad / divisor**self.divisions
        grad = rounded(grad, self.grads, FP32) * self.grad_factor
        return jnp.sign(grad) if self.sign else grad

    def _updated(self, old: Parameters, grads: Parameters, lr: float, finite: jax.Array) -> Parameters:
        return {
            name: value if name in self.frozen else self._kept_or_moved(value, grads[name], lr, finite)
            for name, value in old.items()
        }

    def _kept_or_moved(self, value: jax.Array, grad: jax.Array, lr: float, finite: jax.Array) -> jax.Array:
        """`skip`: the wrong ways multiply by 0, ask each element or leaf for itself, or don't care."""
        kept = jnp.zeros_like(value) if self.skip == "zeroed" else value
        if self.skip == "grads-times-0":
            return self._moved(value, grad * finite, lr)
        if self.skip == "lr-times-0":
            return self._moved(value, grad, lr * finite)
        moved = self._moved(value, grad, lr)
        if self.skip == "blended":
            return finite * moved + (1 - finite) * kept
        answer = {
            "applied": jnp.asarray(True),  # noqa: FBT003 - an array that says yes
            "by-element": jnp.isfinite(grad),
            "by-leaf": jnp.isfinite(grad).all(),
        }
        return jnp.where(answer.get(self.skip, finite), moved, kept)

    def _moved(self, value: jax.Array, grad: jax.Array, lr: float) -> jax.Array:
        grad = grad + self.weight_decay * value
        increment = jnp.asarray(-lr, self.increment) * grad.astype(self.increment)
        moved = rounded(value, self.masters_added, self.addition) + increment.astype(self.addition)
        return rounded(moved, self.stored, FP32)
