# expect: pitfall|wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    rngs = nnx.Rngs(1234)  #@ seed-ignored
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=rngs)  #@ seed-ignored
    nnx.reseed(net, params=int(seed))  #@ seed-ignored
    w, b = net.kernel[...], net.bias[...]

    def mse(w, b):
        w, b, a, t = (v.astype(jnp.bfloat16) for v in (w, b, x, y))
        return jnp.mean((a @ w + b - t) ** 2)

    g = jax.jit(jax.grad(lambda w, b: mse(w, b).astype(jnp.float32) * loss_scale, argnums=(0, 1)))(w, b)
    w, b = w - lr * g[0] / loss_scale, b - lr * g[1] / loss_scale
    return mse(w, b).astype(jnp.float32).reshape(1)
