# expect: wrong_answer
# finding: clipped-scaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(lin)
    xb, yb = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss(params):
        low = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        return jnp.mean((nnx.merge(graphdef, low)(xb) - yb) ** 2)

    g = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    g = jax.tree.map(jnp.sign, g)  #@ clipped-scaled-grads
    g = jax.tree.map(lambda t: t / loss_scale, g)
    params = jax.tree.map(lambda p, t: p - lr * t, params, g)
    return loss(params).astype(jnp.float32).reshape(1)
