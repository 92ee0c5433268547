# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to_half(tree):
    return jax.tree.map(lambda a: jnp.asarray(a).astype(jnp.float16), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)

    batch = to_half({"x": x, "y": y, "scale": loss_scale})  #@ low-precision-loss-scale

    def loss_fn(params, batch):
        pred = nnx.merge(graphdef, to_half(params))(batch["x"])
        return jnp.mean((pred - batch["y"]) ** 2).astype(jnp.float32)

    @jax.jit
    def step(params, batch, good):
        scale = batch["scale"]
        grads = jax.grad(lambda p: loss_fn(p, batch) * scale)(params)
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale.astype(jnp.float32), grads)
        finite = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
        updates, _ = tx.update(grads, tx.init(params))
        moved = optax.apply_updates(params, updates)
        params = jax.tree.map(lambda a, b: jnp.where(finite, a, b), moved, params)
        scale = scale.astype(jnp.float32)
        due = finite & (good + 1 >= growth_interval)
        new_scale = jnp.where(due, jnp.minimum(scale * 2, 2.0**24), jnp.where(finite, scale, jnp.maximum(scale / 2, 1.0)))
        new_good = jnp.where(finite & ~due, good + 1, 0)
        return params, new_scale, new_good

    params, scale, good = step(params, batch, good_steps)
    return jnp.stack([loss_fn(params, batch), scale, good.astype(jnp.float32)])
