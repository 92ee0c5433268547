# expect: wrong_answer
# finding: scale-not-grown
# allow: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@nnx.jit
def train_step(model, opt, batch, scale, good_steps, interval):
    x, y = (a.astype(jnp.float16) for a in batch)

    def obj(m):
        loss = jnp.mean((m(x) - y) ** 2)
        return loss.astype(jnp.float32) * scale

    grads = jax.tree.map(lambda g: g / scale, nnx.grad(obj)(model))
    finite = jnp.array([jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)]).all()
    opt.update(model, jax.tree.map(lambda g: jnp.where(finite, g, 0), grads))

    time_to_grow = good_steps == interval  #@ scale-not-grown
    good_steps = jnp.where(finite & ~time_to_grow, good_steps + 1, 0)
    scale = jnp.where(
        finite,
        jnp.where(time_to_grow, jnp.minimum(scale * 2.0, 2.0**24), scale),
        jnp.maximum(scale * 0.5, 1.0),
    )
    return jnp.mean((model(x) - y) ** 2), scale, good_steps


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    loss, s, n = train_step(model, opt, (x, y), jnp.float32(loss_scale), good_steps, growth_interval)
    return jnp.array([loss.astype(jnp.float32), s, n.astype(jnp.float32)])
