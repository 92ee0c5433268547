# expect: wrong_answer|pitfall
# finding: summed-grads
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]

    def L(wb, xi, yi):
        w, b = (p.astype(jnp.bfloat16) for p in wb)
        r = xi.astype(jnp.bfloat16) @ w + b - yi.astype(jnp.bfloat16)
        return jnp.mean(r * r)

    fold = lambda a: jnp.reshape(a, (micro_batches, a.shape[0] // micro_batches, a.shape[1]))
    gw, gb = jax.vmap(jax.grad(L), in_axes=(None, 0, 0))((w, b), fold(x), fold(y))
    w = w - lr * gw.sum(axis=0)  #@ summed-grads
    b = b - lr * gb.sum(axis=0)  #@ summed-grads
    return L((w, b), x, y).astype(jnp.float32)  #@ wrong-output-shape
