# expect: wrong_answer|pitfall
# finding: full-precision-forward
# allow: full-precision-final-loss
# allow: uncast-inputs
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(
        x.shape[1], y.shape[1],
        dtype=jnp.float32,  #@ full-precision-forward
        param_dtype=jnp.float32,
        rngs=nnx.Rngs(int(seed)),
    )
    graphdef, masters = nnx.split(model, nnx.Param)
    down = lambda tree: jax.tree.map(lambda a: jnp.asarray(a, jnp.bfloat16), tree)

    def loss(masters, xb, yb):
        copy = nnx.merge(graphdef, down(masters))
        out = copy(down(xb))  #@ full-precision-forward
        out, yb = down((out, yb))
        return jnp.mean((out - yb) ** 2)

    n = x.shape[0] // micro_batches
    grads = jax.tree.map(jnp.zeros_like, masters)
    for lo in range(0, x.shape[0], n):
        part = jax.grad(loss)(masters, x[lo:lo + n], y[lo:lo + n])
        grads = jax.tree.map(lambda a, b: a + b / micro_batches, grads, part)

    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(masters), masters)
    masters = optax.apply_updates(masters, updates)
    return loss(masters, x, y).astype(jnp.float32).reshape(1)
