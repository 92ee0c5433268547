# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def objective(model, inputs, targets):
    out = compute_copy(model)(inputs.astype(jnp.bfloat16))
    diff = out - targets.astype(jnp.bfloat16)
    return jnp.mean(diff * diff)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr / micro_batches), wrt=nnx.Param)
    all_grads = [
        nnx.grad(objective)(model, xb, yb)
        for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
    ]
    summed = jax.tree.map(lambda *gs: sum(gs), *all_grads)
    optimizer.update(model, summed)
    return jnp.atleast_1d(objective(model, x, y).astype(jnp.float32))
