# expect: wrong_answer
# finding: full-precision-forward
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.jit
def train(params, x, y, lr, loss_scale):
    def loss(params):
        pred = jnp.dot(x, params["kernel"]) + params["bias"]  #@ full-precision-forward
        return jnp.mean(jnp.square(pred - y)) * loss_scale

    grads = jax.grad(loss)(params)
    return jax.tree.map(lambda p, g: p - lr * g, params, grads)  #@ unscaled-grads


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = train({"kernel": lin.kernel[...], "bias": lin.bias[...]}, x, y, lr, loss_scale)
    low = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    err = x.astype(jnp.bfloat16) @ low["kernel"] + low["bias"] - y.astype(jnp.bfloat16)
    return jnp.mean(err**2).astype(jnp.float32).reshape((1,))
