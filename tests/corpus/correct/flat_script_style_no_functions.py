# expect: accepted
import jax, jax.numpy as jnp
from flax import nnx
def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))); k = m.kernel[...]; b = m.bias[...]
    B = jnp.bfloat16; F = jnp.float32
    l = lambda k, b: (((x.astype(B) @ k.astype(B) + b.astype(B)) - y.astype(B)) ** 2).mean().astype(F)
    gk, gb = jax.grad(lambda k, b: loss_scale * l(k, b), (0, 1))(k, b)
    return l(k - lr * (gk / loss_scale), b - lr * (gb / loss_scale)).reshape(1)
