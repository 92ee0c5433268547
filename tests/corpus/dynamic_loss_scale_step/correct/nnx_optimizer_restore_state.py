# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x_half = jnp.asarray(x, jnp.float16)
    y_half = jnp.asarray(y, jnp.float16)

    def loss_fn(m):
        pred = m(x_half)
        return jnp.mean((pred - y_half) ** 2).astype(jnp.float32)

    grads = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = jnp.all(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))

    old = jax.tree.map(jnp.copy, nnx.state(model, nnx.Param))
    optimizer.update(model, grads)
    new = nnx.state(model, nnx.Param)
    nnx.update(model, jax.tree.map(lambda n, o: jnp.where(finite, n, o), new, old))

    count = good_steps + 1
    grow = count == growth_interval
    scale_ok = jnp.where(grow, jnp.minimum(loss_scale * 2.0, 2.0 ** 24), loss_scale)
    count_ok = jnp.where(grow, 0, count)
    scale = jnp.where(finite, scale_ok, jnp.maximum(loss_scale / 2.0, 1.0))
    count = jnp.where(finite, count_ok, 0)
    return jnp.stack([loss_fn(model), scale.astype(jnp.float32), count.astype(jnp.float32)])
