# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_loss(graphdef):
    def loss(state, x, y):
        half = jax.tree.map(lambda v: v.astype(jnp.bfloat16), state)
        model = nnx.merge(graphdef, half)
        x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
        return optax.squared_error(model(x), y).mean()
    return loss


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, state = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    loss = make_loss(graphdef)
    grad_fn = jax.jit(jax.grad(loss))
    n = x.shape[0] // micro_batches
    mean = optax.tree.zeros_like(state)
    for k in range(micro_batches):
        g = grad_fn(state, x[k * n:(k + 1) * n], y[k * n:(k + 1) * n])
        mean = jax.tree.map(lambda m, gi: m + (gi - m) / (k + 1), mean, g)
    sgd = optax.sgd(lr)
    updates, _ = sgd.update(mean, sgd.init(state), state)
    state = optax.apply_updates(state, updates)
    return jnp.stack([loss(state, x, y)]).astype(jnp.float32)
