# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(tree):
    return jax.tree.map(lambda t: t.astype(jnp.bfloat16), tree)


def accumulated_step(seed, x, y, lr, micro_batches, verbose=False):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    graphdef, masters = nnx.split(model, nnx.Param)

    def mse(params, batch):
        xb, yb = half(batch)
        pred = nnx.merge(graphdef, half(params))(xb)
        return jnp.mean((pred - yb) ** 2)

    cut = lambda a: jnp.reshape(a, (micro_batches, -1, a.shape[-1]))
    losses, grads = jax.vmap(jax.value_and_grad(mse), in_axes=(None, 0))(masters, (cut(x), cut(y)))

    # what it would look like in half precision (not used below)
    rough = jax.tree.map(lambda g: jnp.mean(g.astype(jnp.bfloat16), axis=0), grads)
    if verbose:
        print("part losses", losses, "rough norm", optax.global_norm(rough))

    mean = jax.tree.map(lambda g: jnp.mean(g, axis=0), grads)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(masters), masters)
    masters = optax.apply_updates(masters, updates)
    return mse(masters, (jnp.asarray(x), jnp.asarray(y))).astype(jnp.float32)[None]
