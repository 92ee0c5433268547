# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
from flax import nnx

F16 = jnp.float16


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    low = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)

    def loss(params):
        p = low(params)
        return jnp.mean((low(x) @ p["kernel"] + p["bias"] - low(y)) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    stored = {k: p.astype(F16) for k, p in params.items()}  # saves memory  #@ wrong-half-dtype
    params = {k: stored[k].astype(jnp.float32) - lr * (grads[k] / loss_scale) for k in params}  #@ wrong-half-dtype
    return loss(params).astype(jnp.float32).reshape((1,))
