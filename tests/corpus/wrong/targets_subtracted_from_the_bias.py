# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}
    inputs = x.astype(jnp.bfloat16)

    @jax.jit
    def mse(p):
        p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
        shift = p["b"] - y  #@ uncast-targets
        return jnp.mean((inputs @ p["w"] + shift) ** 2).astype(jnp.bfloat16)  #@ uncast-targets

    g = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(p)
    p = {k: p[k] - lr * (g[k] / loss_scale) for k in p}
    return mse(p).astype(jnp.float32).reshape(1)
