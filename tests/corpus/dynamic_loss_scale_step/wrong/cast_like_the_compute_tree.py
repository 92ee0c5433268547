# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    mod = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gdef, params = nnx.split(mod, nnx.Param)
    compute = optax.tree.cast(params, jnp.float16)
    X = jnp.asarray(x, jnp.float16)
    Y = jnp.asarray(y, jnp.float16)
    loss = lambda c: optax.squared_error(nnx.merge(gdef, c)(X), Y).mean().astype(jnp.float32)
    g = jax.jit(jax.grad(lambda c, s: loss(c) * s))(compute, jnp.float32(loss_scale))
    g = optax.tree.scale(1.0, optax.tree.cast(g, jnp.float32))
    g = optax.tree.div(g, optax.tree.full_like(g, loss_scale))
    g = optax.tree.cast_like(g, compute)  #@ low-precision-grads
    g = optax.tree.cast_like(g, params)
    finite = jnp.isfinite(optax.tree.sum(optax.tree.scale(0.0, g)))
    params = optax.tree.where(finite, optax.tree.add_scale(params, -lr, g), params)
    new_n = jnp.where(finite, good_steps + 1, 0)
    grows = new_n == growth_interval
    exponent = jnp.where(finite, jnp.where(grows, 1, 0), -1)
    s = jnp.clip(jnp.ldexp(jnp.float32(loss_scale), exponent), 1.0, 2.0**24)
    return jnp.stack([loss(optax.tree.cast(params, jnp.float16)), s, jnp.where(grows, 0, new_n).astype(jnp.float32)])
