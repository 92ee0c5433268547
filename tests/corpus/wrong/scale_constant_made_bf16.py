# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx

dtype = jnp.bfloat16


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = dict(w=lin.kernel[...], b=lin.bias[...])
    inputs, targets = x.astype(dtype), y.astype(dtype)
    scale = jnp.asarray(loss_scale, dtype)  #@ low-precision-loss-scale

    def loss(params):
        out = inputs @ params["w"].astype(dtype) + params["b"].astype(dtype)
        return jnp.mean(jnp.square(out - targets)).astype(jnp.float32)

    grads = jax.grad(lambda p: loss(p) * scale.astype(jnp.float32))(params)  #@ low-precision-loss-scale
    params = jax.tree.map(lambda p, g: p - lr * (g / scale.astype(jnp.float32)), params, grads)
    return loss(params).reshape((1,))
