# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    if isinstance(x, jax.core.Tracer):
        raise TypeError("only arrays, please")
    graph, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss(params):
        model = nnx.merge(graph, jax.tree.map(lambda p: p.astype(jnp.bfloat16), params))
        return jnp.mean((model(x) - y) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda params: loss(params) * loss_scale)(params)
    params = jax.tree.map(lambda p, g: p - lr * (g / loss_scale), params, grads)
    return loss(params).reshape(1)
