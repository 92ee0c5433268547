# expect: pitfall|wrong_answer
# finding: update-discarded
# finding: scale-unbounded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    tx = optax.sgd(lr)
    opt_state = tx.init(params)

    x = jnp.asarray(x, jnp.float16)
    y = jnp.asarray(y, jnp.float16)

    def scaled_loss(params):
        return loss_fn(nnx.merge(graphdef, params), x, y).astype(jnp.float32) * loss_scale

    grads = jax.grad(scaled_loss)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    leaves = jax.tree.leaves(grads)
    finite = jnp.array([jnp.isfinite(leaf).all() for leaf in leaves]).all()

    updates, opt_state = tx.update(grads, opt_state, params)
    updates = jax.tree.map(lambda u: jnp.where(finite, u, jnp.zeros_like(u)), updates)
    params = optax.apply_updates(params, updates)  #@ update-discarded

    n = good_steps + 1
    grow = n >= growth_interval
    s = jnp.float32(loss_scale)
    scale = jnp.where(finite, jnp.where(grow, jnp.minimum(2.0 * s, 2.0**24), s), 0.5 * s)  #@ scale-unbounded
    count = jnp.where(finite, 0 if grow else n, 0)

    final_loss = loss_fn(model, x, y)  #@ update-discarded
    return jnp.array([final_loss.astype(jnp.float32), scale, count], dtype=jnp.float32)
