# expect: pitfall|wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def descend(params, grads, *, lr=0.1):  #@ lr-ignored
    return jax.tree.map(lambda p, g: p - lr * g, params, grads)


def settle(ok, new, old):
    return jax.tree.map(lambda a, b: jax.lax.select(ok, a, b), new, old)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"b": lin.bias[...], "k": lin.kernel[...]}
    lo = lambda a: jnp.asarray(a, jnp.float16)
    loss = lambda p: jnp.mean((jnp.matmul(lo(x), lo(p["k"])) + lo(p["b"]) - lo(y)) ** 2).astype(jnp.float32)
    grads = jax.grad(lambda p, s: loss(p) * s)(params, loss_scale)
    grads = jax.tree.map(lambda g: g / jnp.float32(loss_scale), grads)
    ok = ~jnp.array([(~jnp.isfinite(g)).any() for g in jax.tree.leaves(grads)]).any()
    params = settle(ok, descend(params, grads), params)  #@ lr-ignored
    s0 = (jnp.float32(loss_scale), jnp.float32(good_steps + 1))
    s0 = settle(s0[1] == growth_interval, (jnp.minimum(2 * s0[0], 2.0**24), jnp.float32(0)), s0)
    s0 = settle(ok, s0, (jnp.maximum(jnp.float32(loss_scale) / 2, 1.0), jnp.float32(0)))
    return jnp.stack([loss(params), *s0])
