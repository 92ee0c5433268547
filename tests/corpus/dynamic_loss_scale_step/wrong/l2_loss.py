# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    f16 = lambda tree: jax.tree.map(lambda t: t.astype(jnp.float16), tree)
    inputs, targets = f16((x, y))

    def loss_fn(masters):
        predictions = nnx.merge(graphdef, f16(masters))(inputs)
        return optax.l2_loss(predictions, targets).mean()

    def scaled(masters):
        return loss_fn(masters).astype(jnp.float32) * loss_scale

    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, jax.grad(scaled)(masters))
    finite = jnp.all(jnp.array(jax.tree.leaves(jax.tree.map(lambda g: jnp.all(jnp.isfinite(g)), grads))))
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(masters), masters)
    new = optax.apply_updates(masters, updates)
    masters = jax.tree.map(lambda n, o: jnp.where(finite, n, o), new, masters)

    last = good_steps + 1 == growth_interval
    scale, count = {
        (True, True): (min(loss_scale * 2, 2.0**24), 0),
        (True, False): (loss_scale, good_steps + 1),
    }.get((bool(finite), bool(last)), (max(loss_scale / 2, 1.0), 0))
    return jnp.array([loss_fn(masters), scale, count], dtype=jnp.float32)
