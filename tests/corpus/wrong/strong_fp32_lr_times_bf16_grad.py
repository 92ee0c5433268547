# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    lr = jnp.asarray(lr, jnp.float32)

    def loss_fn(params):
        kernel, bias = params["kernel"].astype(jnp.bfloat16), params["bias"].astype(jnp.bfloat16)
        pred = x.astype(jnp.bfloat16) @ kernel + bias
        return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    new = {}
    for name in ("kernel", "bias"):
        g = (grads[name] / loss_scale).astype(jnp.bfloat16)  #@ low-precision-grads
        new[name] = params[name] - lr * g
    return loss_fn(new).astype(jnp.float32).reshape((1,))
