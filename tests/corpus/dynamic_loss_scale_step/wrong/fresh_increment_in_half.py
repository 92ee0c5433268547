# expect: pitfall|wrong_answer
# finding: low-precision-update|low-precision-grads
# allow: low-precision-grads
# allow: low-precision-update
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    eta = jnp.float16(lr)

    def mse(p):
        w, b = p["w"].astype(jnp.float16), p["b"].astype(jnp.float16)
        return jnp.mean((jnp.matmul(x.astype(jnp.float16), w) + b - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    ok = all(jnp.isfinite(g).all() for g in grads.values())

    def delta(g):
        return eta * g.astype(jnp.float16)  #@ low-precision-update

    if ok:
        params = {name: p - delta(grads[name]) for name, p in params.items()}
        loss_scale, good_steps = (
            (loss_scale, good_steps + 1)
            if good_steps + 1 < growth_interval
            else (min(loss_scale * 2, 2.0**24), 0)
        )
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse(params).astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
