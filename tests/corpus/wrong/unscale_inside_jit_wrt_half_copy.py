# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
from flax import nnx

cast = lambda tree, dt: [leaf.astype(dt) for leaf in tree]


@jax.jit
def gradients(compute, x, y, loss_scale):
    def scaled(compute):
        k, b = compute
        return jnp.mean((x @ k + b - y) ** 2).astype(jnp.float32) * loss_scale

    grads = jax.grad(scaled)(compute)
    # undo the scaling, then back to full precision
    return [(g / loss_scale.astype(g.dtype)).astype(jnp.float32) for g in grads]  #@ low-precision-unscale


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = [lin.kernel[...], lin.bias[...]]
    x, y = cast((x, y), jnp.bfloat16)
    grads = gradients(cast(masters, jnp.bfloat16), x, y, jnp.asarray(loss_scale, jnp.float32))
    masters = [m - lr * g for m, g in zip(masters, grads)]
    k, b = cast(masters, jnp.bfloat16)
    return jnp.mean((x @ k + b - y) ** 2).astype(jnp.float32).reshape((1,))
