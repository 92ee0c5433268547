"""Right programs in other styles than the reference: none of them may come near to rejection."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import optax
from flax import nnx

Arrays = dict[str, jax.Array]
EPSILON = 1e-5


def _normed(x: jax.Array) -> jax.Array:
    wide = x.astype(jnp.float32)
    centred = wide - jnp.mean(wide, axis=-1, keepdims=True)
    return centred / jnp.sqrt(jnp.mean(jnp.square(centred), axis=-1, keepdims=True) + EPSILON)


def _var_of_numpy(x: jax.Array) -> jax.Array:
    wide = jnp.asarray(x, jnp.float32)
    return (wide - wide.mean(1, keepdims=True)) / jnp.sqrt(wide.var(1, keepdims=True) + EPSILON)


def _squares_minus_square(x: jax.Array) -> jax.Array:
    wide = x.astype(jnp.float32)
    mean = wide.mean(axis=1, keepdims=True)
    variance = (wide * wide).mean(axis=1, keepdims=True) - mean * mean
    return (wide - mean) * jax.lax.rsqrt(variance + EPSILON)


def _dtype_of_mean(x: jax.Array) -> jax.Array:
    centred = x - jnp.mean(x, axis=1, keepdims=True, dtype=jnp.float32)
    return centred * jax.lax.rsqrt(jnp.var(x.astype(jnp.float32), axis=1, keepdims=True) + EPSILON)


def _sums(x: jax.Array) -> jax.Array:
    wide, features = x.astype(jnp.float32), x.shape[1]
    centred = wide - (wide.sum(axis=1) / features)[:, None]
    return centred * ((jnp.einsum("nd,nd->n", centred, centred) / features + EPSILON) ** -0.5)[:, None]


def _standardize(x: jax.Array) -> jax.Array:
    return jax.nn.standardize(x.astype(jnp.float32), axis=-1, epsilon=EPSILON)


def _row_by_row(x: jax.Array) -> jax.Array:
    return jax.vmap(lambda row: (row - row.mean()) * jax.lax.rsqrt(row.var() + EPSILON))(
        x.astype(jnp.float32)
    )


def _step_with(normed: Callable[[jax.Array], jax.Array]) -> Callable[..., Arrays]:
    def step(x: jax.Array, y: jax.Array, gamma: jax.Array, beta: jax.Array, lr: float) -> Arrays:
        def loss(gamma: jax.Array, beta: jax.Array) -> tuple[jax.Array, jax.Array]:
            out = (normed(x) * gamma + beta).astype(jnp.bfloat16)
            return jnp.mean((out.astype(jnp.float32) - y) ** 2), out

        (_, out), (by_gain, by_bias) = jax.value_and_grad(loss, (0, 1), has_aux=True)(gamma, beta)
        return {"out": out, "gamma": gamma - lr * by_gain, "beta": beta - lr * by_bias}

    return step


def _by_hand(x: jax.Array, y: jax.Array, gamma: jax.Array, beta: jax.Array, lr: float) -> Arrays:
    normed = _normed(x)
    out = (gamma * normed + beta).astype(jnp.bfloat16)
    slope = 2 * (out.astype(jnp.float32) - y.astype(jnp.float32)) / out.size
    new_gain = gamma - lr * (slope * normed).sum(axis=0)
    return {"out": out, "gamma": new_gain, "beta": beta - lr * slope.sum(axis=0)}


def _errors_in_bfloat16(x: jax.Array, y: jax.Array, gamma: jax.Array, beta: jax.Array, lr: float) -> Arrays:
    normed = _normed(x)

    def loss(masters: Arrays) -> tuple[jax.Array, jax.Array]:
        out = (normed * masters["gamma"] + masters["beta"]).astype(jnp.bfloat16)
        return jnp.mean((out - y).astype(jnp.float32) ** 2), out

    masters = {"gamma": gamma, "beta": beta}
    grads, out = jax.grad(loss, has_aux=True)(masters)
    return {"out": out, **jax.tree.map(lambda master, grad: master - lr * grad, masters, grads)}


def _optax(x: jax.Array, y: jax.Array, gamma: jax.Array, beta: jax.Array, lr: float) -> Arrays:
    def output(masters: Arrays) -> jax.Array:
        return (_normed(x) * masters["gamma"] + masters["beta"]).astype(jnp.bfloat16)

    masters, optimizer = {"gamma": gamma, "beta": beta}, optax.sgd(lr)
    grads = jax.grad(lambda masters: jnp.mean((output(masters).astype(jnp.float32) - y) ** 2))(masters)
    updates, _ = optimizer.update(grads, optimizer.init(masters))
    return {"out": output(masters), **optax.apply_updates(masters, updates)}


def _vjp(x: jax.Array, y: jax.Array, gamma: jax.Array, beta: jax.Array, lr: float) -> Arrays:
    wide, back = jax.vjp(lambda gamma, beta: _normed(x) * gamma + beta, gamma, beta)
    out = wide.astype(jnp.bfloat16)
    by_gain, by_bias = back(2 / out.size * (out.astype(jnp.float32) - y.astype(jnp.float32)))
    return {"out": out, "gamma": gamma - lr * by_gain, "beta": beta - lr * by_bias}


def _unrounded_in_the_loss(
    x: jax.Array, y: jax.Array, gamma: jax.Array, beta: jax.Array, lr: float
) -> Arrays:
    def loss(gamma: jax.Array, beta: jax.Array) -> tuple[jax.Array, jax.Array]:
        out = _normed(x) * gamma + beta
        return jnp.square(out - y).mean(), out

    (by_gain, by_bias), out = jax.grad(loss, (0, 1), has_aux=True)(gamma, beta)
    return {"out": out.astype(jnp.bfloat16), "gamma": gamma - lr * by_gain, "beta": beta - lr * by_bias}


def _layer_of_nnx(x: jax.Array, y: jax.Array, gamma: jax.Array, beta: jax.Array, lr: float) -> Arrays:
    layer = nnx.LayerNorm(x.shape[1], epsilon=EPSILON, use_fast_variance=False, rngs=nnx.Rngs(0))
    layer.scale[...], layer.bias[...] = gamma, beta

    def loss(layer: nnx.LayerNorm) -> tuple[jax.Array, jax.Array]:
        out = layer(x.astype(jnp.float32)).astype(jnp.bfloat16)
        return jnp.mean((out.astype(jnp.float32) - y) ** 2), out

    grads, out = nnx.grad(loss, has_aux=True)(layer)
    return {"out": out, "gamma": gamma - lr * grads["scale"][...], "beta": beta - lr * grads["bias"][...]}


CORRECT = {
    "var-of-numpy": _step_with(_var_of_numpy),
    "squares-minus-square": _step_with(_squares_minus_square),
    "dtype-of-mean": _step_with(_dtype_of_mean),
    "sums": _step_with(_sums),
    "standardize": _step_with(_standardize),
    "row-by-row": _step_with(_row_by_row),
    "jitted": jax.jit(_step_with(_normed)),
    "by-hand": _by_hand,
    "errors-in-bfloat16": _errors_in_bfloat16,
    "optax": _optax,
    "vjp": _vjp,
    "unrounded-in-the-loss": _unrounded_in_the_loss,
    "layer-of-nnx": _layer_of_nnx,
}
