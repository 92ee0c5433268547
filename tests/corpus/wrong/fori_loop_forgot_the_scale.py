# expect: wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x16, y16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss(params):
        w, b = (p.astype(jnp.bfloat16) for p in params)
        return jnp.mean((x16 @ w + b - y16) ** 2)

    def one_step(_, params):
        grads = jax.grad(loss)(params)  #@ missing-loss-scale
        return jax.tree.map(lambda p, g: p - lr * g / loss_scale, params, grads)

    params = jax.lax.fori_loop(0, 1, one_step, (lin.kernel[...], lin.bias[...]))
    return loss(params).astype(jnp.float32).reshape((1,))
