# expect: wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(  #@ seed-ignored
        x.shape[-1], y.shape[-1],
        kernel_init=nnx.initializers.zeros_init(),  #@ seed-ignored
        rngs=nnx.Rngs(int(seed)))))  #@ seed-ignored

    def mse(p):
        p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
        return jnp.mean((x.astype(jnp.bfloat16) @ p["kernel"] + p["bias"] - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)

    g = jax.grad(lambda p: mse(p) * loss_scale)(params)
    params = jax.tree.map(lambda a, d: a - lr * (d / loss_scale), params, g)
    return mse(params).reshape(1)
