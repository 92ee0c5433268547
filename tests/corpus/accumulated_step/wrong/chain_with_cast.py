# expect: wrong_answer|pitfall
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast_updates(dtype):
    """A gradient transformation that keeps the updates small in memory."""

    def init_fn(params):
        del params
        return optax.EmptyState()

    def update_fn(updates, state, params=None):
        del params
        return jax.tree.map(lambda u: u.astype(dtype), updates), state  #@ low-precision-update

    return optax.GradientTransformation(init_fn, update_fn)


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    tx = optax.chain(optax.sgd(lr), cast_updates(jnp.bfloat16))  #@ low-precision-update

    def loss(params, xb, yb):
        model = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), params))
        return jnp.mean((model(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)) ** 2)

    def body(acc, batch):
        return jax.tree.map(jnp.add, acc, jax.grad(loss)(params, *batch)), None

    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])
    acc, _ = jax.lax.scan(body, jax.tree.map(jnp.zeros_like, params), (xs, ys))
    updates, _ = tx.update(jax.tree.map(lambda a: a / micro_batches, acc), tx.init(params), params)
    params = optax.apply_updates(params, updates)  #@ low-precision-update
    return loss(params, x, y).astype(jnp.float32).reshape(1)
