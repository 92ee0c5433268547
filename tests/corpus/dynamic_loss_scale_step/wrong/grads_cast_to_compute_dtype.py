# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast(tree, dtype):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)
    opt_state = tx.init(params)
    batch = cast((x, y), jnp.float16)

    def loss_fn(half):
        pred = nnx.merge(graphdef, half)(batch[0])
        return jnp.mean((pred - batch[1]) ** 2).astype(jnp.float32)

    half = cast(params, jnp.float16)
    grads = cast(jax.grad(lambda h: loss_fn(h) * loss_scale)(half), jnp.float32)
    grads = jax.tree.map(lambda g, h: (g / loss_scale).astype(h.dtype), grads, half)  #@ low-precision-grads
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        updates, opt_state = tx.update(cast(grads, jnp.float32), opt_state, params)
        params = optax.apply_updates(params, updates)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0 ** 24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(cast(params, jnp.float16)), loss_scale, good_steps], dtype=jnp.float32)
