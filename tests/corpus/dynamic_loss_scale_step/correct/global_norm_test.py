# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed))))
    yh = y.astype(jnp.float16)

    def loss_fn(params, multiplier):
        model = nnx.merge(graphdef, params)
        loss = jnp.mean((yh - model(x)) ** 2)
        return loss.astype(jnp.float32) * multiplier

    grads = jax.grad(loss_fn)(params, loss_scale)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    # float32 holds the sum of squares, so the norm is finite exactly if all gradients are
    ok = jnp.isfinite(jnp.sqrt(sum(jnp.sum(jnp.square(g)) for g in jax.tree.leaves(grads))))

    optimizer = optax.sgd(lr)
    updates, _ = optimizer.update(grads, optimizer.init(params), params)
    updates = jax.tree.map(lambda u: jnp.where(ok, u, 0.0), updates)
    params = optax.apply_updates(params, updates)

    steps = good_steps + 1
    grow = steps == growth_interval
    bigger = min(loss_scale * 2, 16777216.0)
    smaller = max(loss_scale / 2, 1.0)
    scale = jnp.where(ok, bigger if grow else loss_scale, smaller)
    steps = jnp.where(ok, 0 if grow else steps, 0)
    return jnp.array([loss_fn(params, 1.0), scale, steps], dtype=jnp.float32)
