# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@nnx.jit(static_argnames=("interval",))
def go(model, optimizer, x, y, scale, count, interval):
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(m):
        return jnp.mean((m(x) - y) ** 2)

    grads = nnx.grad(lambda m: loss(m).astype(jnp.float32) * scale)(model)
    grads = jax.tree.map(lambda g: g / scale, grads)
    finite = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    optimizer.update(model, jax.tree.map(lambda g: jnp.where(finite, g, 0.0), grads))
    n = jnp.where(finite, count + 1, 0)
    grow = n == interval
    scale = jnp.where(finite, scale, jnp.maximum(scale / 2, 1.0))
    scale = jnp.where(grow, jnp.minimum(scale * 2, 2.0**24), scale)
    return loss(model).astype(jnp.float32), scale, jnp.where(grow, 0, n)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr, momentum=0.9, nesterov=True), wrt=nnx.Param)
    out = go(model, optimizer, x, y, jnp.float32(loss_scale), jnp.int32(good_steps), growth_interval)
    return jnp.array(out, dtype=jnp.float32)
