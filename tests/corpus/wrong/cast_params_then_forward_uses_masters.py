# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)

    def loss_fn(params):
        compute = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        pred = x @ params["w"] + compute["b"]  #@ full-precision-forward
        err = pred.astype(jnp.bfloat16) - y
        return jnp.mean(jnp.square(err))

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    params = {k: v - lr * grads[k] / loss_scale for k, v in params.items()}
    return loss_fn(params).astype(jnp.float32).reshape((1,))
