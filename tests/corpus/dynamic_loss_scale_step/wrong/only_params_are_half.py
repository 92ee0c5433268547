# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)
    opt_state = tx.init(params)
    y = y.astype(jnp.float16)

    def loss_fn(p):
        model = nnx.merge(graphdef, jax.tree.map(lambda a: a.astype(jnp.float16), p))
        pred = model(x)  #@ uncast-inputs
        return jnp.mean((pred - y) ** 2).astype(jnp.float32)

    def scaled(p):
        return loss_fn(p) * loss_scale

    grads = jax.tree.map(lambda g: g / loss_scale, jax.grad(scaled)(params))
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        updates, opt_state = tx.update(grads, opt_state)
        params = optax.apply_updates(params, updates)
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(scale * 2, 2.0 ** 24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(params), scale, count], dtype=jnp.float32)
