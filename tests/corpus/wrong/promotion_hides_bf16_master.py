# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    xb, yb = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss(params):
        return jnp.mean((xb @ params["kernel"] + params["bias"] - yb) ** 2)

    def scaled(params):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        return loss(half).astype(jnp.float32) * loss_scale

    grads = jax.grad(scaled)(params)
    # float32 grads make the result float32
    params = {k: p.astype(jnp.bfloat16) - lr * (grads[k] / loss_scale) for k, p in params.items()}  #@ master-downcast
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return loss(half).astype(jnp.float32).reshape((1,))
