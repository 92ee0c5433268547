# expect: accepted
"""The forward is spelled with lax.dot_general and explicit broadcasting, the rest with lax primitives."""
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def _half(a):
    return lax.convert_element_type(a, jnp.float16)


def _single(a):
    return lax.convert_element_type(a, jnp.float32)


def _loss(kernel, bias, x, y):
    out = lax.dot_general(_half(x), _half(kernel), (((1,), (0,)), ((), ())))
    out = lax.add(out, lax.broadcast_in_dim(_half(bias), out.shape, (1,)))
    err = lax.sub(out, _half(y))
    return jnp.mean(lax.mul(err, err))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = m.kernel[...], m.bias[...]
    scale = jnp.float32(loss_scale)
    gk, gb = jax.grad(lambda k, b: lax.mul(_single(_loss(k, b, x, y)), scale), argnums=(0, 1))(kernel, bias)
    gk, gb = lax.div(gk, jnp.full_like(gk, scale)), lax.div(gb, jnp.full_like(gb, scale))
    finite = jnp.all(lax.is_finite(gk)) & jnp.all(lax.is_finite(gb))
    kernel = lax.select(jnp.broadcast_to(finite, kernel.shape), kernel - jnp.float32(lr) * gk, kernel)
    bias = lax.select(jnp.broadcast_to(finite, bias.shape), bias - jnp.float32(lr) * gb, bias)
    n = jnp.float32(good_steps + 1)
    due = n >= growth_interval
    new_scale = jnp.select(
        [~finite, due], [lax.max(scale / 2, jnp.float32(1)), lax.min(scale * 2, jnp.float32(2**24))], scale
    )
    new_n = jnp.select([~finite, due], [jnp.float32(0), jnp.float32(0)], n)
    return jnp.stack([_single(_loss(kernel, bias, x, y)), new_scale, new_n])
