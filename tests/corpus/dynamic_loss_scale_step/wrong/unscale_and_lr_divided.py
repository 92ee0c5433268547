# expect: pitfall|wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr / loss_scale)  #@ doubly-unscaled-grads
    state = tx.init(params)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(p):
        return jnp.mean((nnx.merge(graphdef, p)(x) - y) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)  #@ doubly-unscaled-grads
    finite = jnp.isfinite(optax.global_norm(grads))
    updates, state = tx.update(grads, state)
    updates = jax.tree.map(lambda u: jnp.where(finite, u, 0.0), updates)
    params = optax.apply_updates(params, updates)

    count = jnp.where(finite, good_steps + 1, 0)
    grow = count == growth_interval
    scale = jnp.where(finite, loss_scale, max(loss_scale * 0.5, 1.0))
    scale = jnp.where(grow, min(loss_scale * 2, 2.0 ** 24), scale)
    return jnp.array([loss_fn(params), scale, jnp.where(grow, 0, count)], dtype=jnp.float32)
