# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, state = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    X = x.astype(jnp.bfloat16).reshape(micro_batches, -1, x.shape[1])
    Y = y.astype(jnp.bfloat16).reshape(micro_batches, -1, y.shape[1])

    def loss(state, x, y):
        net = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
        return jnp.mean((net(x) - y) ** 2)

    g = jax.vmap(jax.grad(loss), (None, 0, 0))(state, X, Y)
    state = jax.tree.map(lambda p, g: p - lr * jnp.mean(g, 0), state, g)
    losses = jax.vmap(loss, (None, 0, 0))(state, X, Y)      # equal parts: their mean is the batch's
    return jnp.mean(losses, keepdims=True).astype(jnp.float32)
