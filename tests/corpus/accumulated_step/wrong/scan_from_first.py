# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(params, graphdef, x, y):
    model = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), params))
    return jnp.mean(jnp.square(model(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)))


def accumulate_gradients(grad_fn, batches):
    """Sum of grad_fn over the leading axis of batches, without storing all of them."""
    first = jax.tree.map(lambda b: b[0], batches)
    init = grad_fn(*first)

    def body(acc, batch):
        return jax.tree.map(jnp.add, acc, grad_fn(*batch)), None

    total, _ = jax.lax.scan(body, init, batches)
    return total


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)

    batches = tuple(a.reshape(micro_batches, -1, a.shape[-1]) for a in (x, y))
    total = accumulate_gradients(lambda x, y: jax.grad(loss_fn)(params, graphdef, x, y), batches)
    grads = jax.tree.map(lambda t: t / micro_batches, total)

    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss_fn(params, graphdef, x, y).astype(jnp.float32).reshape(1)
