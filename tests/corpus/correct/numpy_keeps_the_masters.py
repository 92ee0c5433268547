# expect: accepted
"""Masters live in host memory as numpy arrays; the device only sees bf16."""
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    host = {"kernel": np.array(lin.kernel[...]), "bias": np.array(lin.bias[...])}
    xd, yd = jnp.asarray(np.asarray(x), jnp.bfloat16), jnp.asarray(np.asarray(y), jnp.bfloat16)

    def upload():
        return {k: jnp.asarray(v, jnp.bfloat16) for k, v in host.items()}

    def loss(params):
        return jnp.mean((xd @ params["kernel"] + params["bias"] - yd) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(upload())
    for name, grad in grads.items():
        g = np.asarray(grad).astype(np.float32) / np.float32(loss_scale)
        host[name] -= np.float32(lr) * g
    return np.asarray(loss(upload())).astype(np.float32).reshape(1)
