# expect: pitfall|wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def write_back(model, state):
    graphdef = nnx.graphdef(model)
    model = nnx.merge(graphdef, state)  #@ update-discarded, stale-loss


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    return jnp.mean(jnp.square(half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tx = optax.sgd(lr)
    state = nnx.state(model, nnx.Param)

    rows = x.shape[0] // micro_batches
    grads = [nnx.grad(loss_fn)(model, x[i:i + rows], y[i:i + rows]) for i in range(0, x.shape[0], rows)]
    mean = jax.tree.map(lambda *g: jnp.stack(g).sum(0) / micro_batches, *grads)

    updates, _ = tx.update(mean, tx.init(state), state)
    write_back(model, optax.apply_updates(state, updates))  #@ update-discarded, stale-loss
    return loss_fn(model, x, y).astype(jnp.float32).reshape((1,))  #@ update-discarded, stale-loss
