# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def unscale(g, scale, out=jnp.float16):  #@ low-precision-grads
    return (g.astype(jnp.float32) / scale).astype(out)  #@ low-precision-grads


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    def loss(params):
        p, a, t = optax.tree.cast((params, x, y), jnp.float16)
        return jnp.mean(optax.squared_error(a @ p["kernel"] + p["bias"], t)).astype(jnp.float32)

    grads = jax.grad(lambda p: loss(p) * loss_scale)(params)
    grads = {k: unscale(g, loss_scale).astype(jnp.float32) for k, g in grads.items()}  #@ low-precision-grads
    ok = all(jnp.isfinite(g).all() for g in grads.values())
    params = {k: v - lr * grads[k] if ok else v for k, v in params.items()}
    n = good_steps + 1
    if not ok:
        loss_scale, n = max(1.0, loss_scale / 2), 0
    if n >= growth_interval and ok:
        loss_scale, n = min(2.0**24, loss_scale * 2), 0
    return jnp.array([loss(params), loss_scale, n], dtype=jnp.float32)
