# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)
    tx = optax.sgd(lr)

    def loss_fn(params):
        m = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.float16), params))
        return jnp.mean((m(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)

    # float16 numbers squared can't overflow float32: the norm is finite exactly if every element is
    norm = optax.global_norm(grads)
    if jnp.isfinite(norm):
        updates, _ = tx.update(grads, tx.init(params))
        params = optax.apply_updates(params, updates)
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(params), scale, count], jnp.float32)
