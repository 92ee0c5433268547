"""What learners will get wrong, each as a small wrong version of the reference.

A key is a pitfall's id, or its id and a nuance after a slash; keys under "hint/" belong to no pitfall.
FLOW_ALONE names those that no case can tell, so that only their program can.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp

from reference import EPSILON, layer_norm_step

Arrays = dict[str, jax.Array]
HALF, SINGLE = jnp.bfloat16, jnp.float32


def _norm(x: jax.Array, *, axis: int | None = 1, ddof: int = 0, epsilon: float = EPSILON) -> jax.Array:
    wide = x.astype(SINGLE)
    variance = wide.var(axis=axis, keepdims=True, ddof=ddof)
    return (wide - wide.mean(axis=axis, keepdims=True)) * jax.lax.rsqrt(variance + epsilon)


def _statistics_in(dtype: type) -> Callable[[jax.Array], jax.Array]:
    def norm(x: jax.Array) -> jax.Array:
        mean, variance = x.mean(1, keepdims=True, dtype=dtype), x.var(1, keepdims=True, dtype=dtype)
        return ((x.astype(dtype) - mean) * jax.lax.rsqrt(variance + EPSILON)).astype(SINGLE)

    return norm


def _mean_in_bfloat16(x: jax.Array) -> jax.Array:
    centred = (x - x.mean(axis=1, keepdims=True)).astype(SINGLE)
    return centred * jax.lax.rsqrt(jnp.mean(centred**2, axis=1, keepdims=True) + EPSILON)


def _mean_rounded(x: jax.Array) -> jax.Array:
    wide = x.astype(SINGLE)
    mean = wide.mean(axis=1, keepdims=True).astype(HALF)
    return (wide - mean) * jax.lax.rsqrt(wide.var(axis=1, keepdims=True) + EPSILON)


def _squares_in_bfloat16(x: jax.Array) -> jax.Array:
    wide = x.astype(SINGLE)
    mean = wide.mean(axis=1, keepdims=True)
    variance = (x * x).mean(axis=1, keepdims=True).astype(SINGLE) - mean**2
    return (wide - mean) * jax.lax.rsqrt(jnp.maximum(variance, 0) + EPSILON)


def _root_in_bfloat16(x: jax.Array) -> jax.Array:
    wide = x.astype(SINGLE)
    root = jax.lax.rsqrt((wide.var(axis=1, keepdims=True) + EPSILON).astype(HALF))
    return (wide - wide.mean(axis=1, keepdims=True)) * root


def _epsilon_outside(x: jax.Array) -> jax.Array:
    wide = x.astype(SINGLE)
    return (wide - wide.mean(1, keepdims=True)) / (wide.std(1, keepdims=True) + EPSILON)


def _not_centred(x: jax.Array) -> jax.Array:
    wide = x.astype(SINGLE)
    return wide * jax.lax.rsqrt(jnp.mean(wide**2, axis=1, keepdims=True) + EPSILON)


def _no_root(x: jax.Array) -> jax.Array:
    wide = x.astype(SINGLE)
    return (wide - wide.mean(1, keepdims=True)) / (wide.var(1, keepdims=True) + EPSILON)


def _affine(normed: jax.Array, gamma: jax.Array, beta: jax.Array) -> jax.Array:
    return normed * gamma + beta


def _half_affine(normed: jax.Array, gamma: jax.Array, beta: jax.Array) -> jax.Array:
    return normed.astype(HALF) * gamma.astype(HALF) + beta.astype(HALF)


def _descend(master: jax.Array, grad: jax.Array, lr: float) -> jax.Array:
    return master - lr * grad


def _half_descend(master: jax.Array, grad: jax.Array, lr: float) -> jax.Array:
    return (master.astype(HALF) - lr * grad.astype(HALF)).astype(SINGLE)


def _half_grads(master: jax.Array, grad: jax.Array, lr: float) -> jax.Array:
    return master - lr * grad.astype(HALF).astype(SINGLE)


Step = Callable[..., Arrays]


def _step(
    norm: Callable[[jax.Array], jax.Array] = _norm,
    affine: Callable[..., jax.Array] = _affine,
    reduce: Callable[[jax.Array], jax.Array] = jnp.mean,
    descend: Callable[..., jax.Array] = _descend,
) -> Step:
    def step(x: jax.Array, y: jax.Array, gamma: jax.Array, beta: jax.Array, lr: float) -> Arrays:
        def loss(gamma: jax.Array, beta: jax.Array) -> tuple[jax.Array, jax.Array]:
            out = affine(norm(x), gamma, beta).astype(HALF)
            return reduce((out.astype(SINGLE) - y.astype(SINGLE)) ** 2), out

        (by_gain, by_bias), out = jax.grad(loss, (0, 1), has_aux=True)(gamma, beta)
        return {"out": out, "gamma": descend(gamma, by_gain, lr), "beta": descend(beta, by_bias, lr)}

    return step


def _changed(change: Callable[[Arrays], Arrays]) -> Step:
    """The right result, and what `change` does to some of it."""

    def step(x: jax.Array, y: jax.Array, gamma: jax.Array, beta: jax.Array, lr: float) -> Arrays:
        result = layer_norm_step(x, y, gamma, beta, lr)
        return {**result, **change(result)}

    return step


def _masters_rounded_before(
    x: jax.Array, y: jax.Array, gamma: jax.Array, beta: jax.Array, lr: float
) -> Arrays:
    return layer_norm_step(x, y, gamma.astype(HALF).astype(SINGLE), beta.astype(HALF).astype(SINGLE), lr)


def _update_discarded(x: jax.Array, y: jax.Array, gamma: jax.Array, beta: jax.Array, lr: float) -> Arrays:
    return {**layer_norm_step(x, y, gamma, beta, lr), "gamma": gamma, "beta": beta}


def _bias_not_updated(x: jax.Array, y: jax.Array, gamma: jax.Array, beta: jax.Array, lr: float) -> Arrays:
    return {**layer_norm_step(x, y, gamma, beta, lr), "beta": beta}


def _lr_ignored(x: jax.Array, y: jax.Array, gamma: jax.Array, beta: jax.Array, _: float) -> Arrays:
    return layer_norm_step(x, y, gamma, beta, 0.01)


def _output_after_step(x: jax.Array, y: jax.Array, gamma: jax.Array, beta: jax.Array, lr: float) -> Arrays:
    result = layer_norm_step(x, y, gamma, beta, lr)
    return {**result, "out": (_norm(x) * result["gamma"] + result["beta"]).astype(HALF)}


MISTAKES = {
    "wrong-output-dtype/float32-out": _changed(lambda result: {"out": result["out"].astype(SINGLE)}),
    "wrong-output-dtype/bfloat16-masters": _changed(lambda result: {"gamma": result["gamma"].astype(HALF)}),
    "wrong-output-shape/row-of-beta": _changed(lambda result: {"beta": result["beta"][None]}),
    "wrong-half-dtype/statistics": _step(_statistics_in(jnp.float16)),
    "lr-ignored": _lr_ignored,
    "master-downcast/before": _masters_rounded_before,
    "master-downcast/after": _changed(
        lambda result: {name: result[name].astype(HALF).astype(SINGLE) for name in ("gamma", "beta")}
    ),
    "low-precision-update": _step(descend=_half_descend),
    "low-precision-update/rounded-gradients": _step(descend=_half_grads),
    "hint/statistics-in-bfloat16": _step(_statistics_in(HALF)),
    "hint/mean-in-bfloat16": _step(_mean_in_bfloat16),
    "hint/mean-rounded": _step(_mean_rounded),
    "hint/squares-in-bfloat16": _step(_squares_in_bfloat16),
    "hint/root-in-bfloat16": _step(_root_in_bfloat16),
    "hint/affine-in-bfloat16": _step(affine=_half_affine),
    "hint/normed-rounded": _step(lambda x: _norm(x).astype(HALF)),
    "hint/gamma-rounded": _step(affine=lambda normed, gamma, beta: normed * gamma.astype(HALF) + beta),
    "hint/gamma-from-zero": _step(affine=lambda normed, gamma, beta: normed * (1 + gamma) + beta),
    "hint/beta-before-gamma": _step(affine=lambda normed, gamma, beta: (normed + beta) * gamma),
    "hint/no-epsilon": _step(lambda x: _norm(x, epsilon=0.0)),
    "hint/other-epsilon": _step(lambda x: _norm(x, epsilon=1e-6)),
    "hint/epsilon-outside": _step(_epsilon_outside),
    "hint/divided-by-less-one": _step(lambda x: _norm(x, ddof=1)),
    "hint/over-the-batch": _step(lambda x: _norm(x, axis=0)),
    "hint/over-everything": _step(lambda x: _norm(x, axis=None)),
    "hint/not-centred": _step(_not_centred),
    "hint/no-root": _step(_no_root),
    "hint/sum-of-squares": _step(reduce=jnp.sum),
    "hint/half-of-the-loss": _step(reduce=lambda squares: squares.mean() / 2),
    "hint/update-discarded": _update_discarded,
    "hint/uphill": _step(descend=lambda master, grad, lr: master + lr * grad),
    "hint/beta-not-updated": _bias_not_updated,
    "hint/output-after-step": _output_after_step,
}

# A rounded gradient moves the step by 0.4 % at most: that is as much as right programs differ by.
FLOW_ALONE = {"low-precision-update/rounded-gradients"}
