# expect: accepted
import functools

import jax
import jax.numpy as jnp
from flax import nnx


def forward(params, x):
    kernel, bias = (jax.lax.convert_element_type(p, jnp.bfloat16) for p in params)
    dims = (((1,), (0,)), ((), ()))
    return jax.lax.dot_general(jax.lax.convert_element_type(x, jnp.bfloat16), kernel, dims) + bias[None, :]


def objective(params, x, y, scale):
    err = jax.lax.sub(forward(params, x), jax.lax.convert_element_type(y, jnp.bfloat16))
    return jnp.mean(jax.lax.integer_pow(err, 2)).astype(jnp.float32) * scale


def gradient(f, at):
    out, tangent_map = jax.linearize(f, at)
    (cotangents,) = jax.linear_transpose(tangent_map, at)(jnp.ones_like(out))
    return cotangents


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (model.kernel[...], model.bias[...])
    f = functools.partial(objective, x=x, y=y, scale=loss_scale)
    g = gradient(f, masters)
    masters = tuple(m - lr * (c.astype(jnp.float32) / loss_scale) for m, c in zip(masters, g, strict=True))
    return jnp.expand_dims(objective(masters, x, y, 1.0), 0)
