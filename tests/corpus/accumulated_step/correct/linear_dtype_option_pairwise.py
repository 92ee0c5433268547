# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def pairwise(items):
    """Sum like np.sum does: halves of halves."""
    if len(items) == 1:
        return items[0]
    mid = len(items) // 2
    return jax.tree.map(lambda a, b: a + b, pairwise(items[:mid]), pairwise(items[mid:]))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(
        x.shape[1], y.shape[1],
        dtype=jnp.bfloat16,          # what it computes in
        param_dtype=jnp.float32,     # what it keeps
        rngs=nnx.Rngs(int(seed)),
    )
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    y = y.astype(jnp.bfloat16)

    def loss_fn(m, xb, yb):
        pred = m(xb)                 # Linear casts xb and its parameters
        err = pred - yb
        return jnp.mean(err * err), {"mae": jnp.abs(err).mean()}

    gs, metrics = [], []
    for xb, yb in zip(jnp.array_split(x, micro_batches), jnp.array_split(y, micro_batches)):
        (_, aux), g = nnx.value_and_grad(loss_fn, has_aux=True)(model, xb, yb)
        gs.append(g)
        metrics.append(aux)
    total = pairwise(gs)
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    loss, _ = loss_fn(model, x, y)
    return jnp.atleast_1d(loss).astype(jnp.float32)
