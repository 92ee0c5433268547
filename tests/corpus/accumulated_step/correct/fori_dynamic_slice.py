# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from jax import lax


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x, y = jnp.asarray(x), jnp.asarray(y)
    size = x.shape[0] // micro_batches

    def loss(state, xb, yb):
        model = nnx.merge(graphdef, jax.tree.map(lambda a: lax.convert_element_type(a, jnp.bfloat16), state))
        diff = model(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)
        return jnp.mean(diff ** 2)

    def body(i, acc):
        xb = lax.dynamic_slice_in_dim(x, i * size, size, axis=0)
        yb = lax.dynamic_slice_in_dim(y, i * size, size, axis=0)
        return jax.tree.map(lax.add, acc, jax.grad(loss)(masters, xb, yb))

    acc = lax.fori_loop(0, micro_batches, body, jax.tree.map(jnp.zeros_like, masters))
    tx = optax.sgd(lr)
    updates, _ = tx.update(jax.tree.map(lambda a: a / micro_batches, acc), tx.init(masters), masters)
    masters = optax.apply_updates(masters, updates)
    return lax.convert_element_type(loss(masters, x, y), jnp.float32).reshape(1)
