# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
from flax import nnx


def cast(tree, dtype):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = [lin.kernel[...], lin.bias[...]]
    xh, yh = cast([x, y], jnp.float16)

    def loss(c):
        return jnp.mean(jnp.square(xh @ c[0] + c[1] - yh))

    grads = jax.grad(lambda c: loss(c).astype(jnp.float32) * loss_scale)(cast(masters, jnp.float16))
    grads = cast([g / loss_scale for g in grads], jnp.float32)  #@ low-precision-unscale
    finite = all(jnp.isfinite(g).all() for g in grads)
    if finite:
        masters = [p - lr * g for p, g in zip(masters, grads)]
    count = (good_steps + 1) % growth_interval if finite else 0
    scale = max(loss_scale / 2, 1.0) if not finite else loss_scale if count else min(loss_scale * 2, 2.0**24)
    return jnp.array([loss(cast(masters, jnp.float16)).astype(jnp.float32), scale, count], dtype=jnp.float32)
