# expect: pitfall|wrong_answer
# finding: master-downcast
# allow: low-precision-update
import jax
import jax.numpy as jnp
from flax import nnx


def cast_all(tree, dtype):
    return jax.tree.map(lambda t: t.astype(dtype), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": net.kernel[...], "bias": net.bias[...]}
    copies, x16, y16 = cast_all((masters, x, y), jnp.float16)

    def mse(p):
        return jnp.mean((x16 @ p["kernel"] + p["bias"] - y16) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: mse(p) * loss_scale)(copies)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    ok = all(bool(jnp.isfinite(g).all()) for g in grads.values())

    if ok:
        masters = jax.tree.map(lambda p, g: p.astype(jnp.float32) - lr * g, copies, grads)  #@ master-downcast
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            scale = min(scale * 2, 2.0**24)
            count = 0
    else:
        scale = max(loss_scale / 2, 1.0)
        count = 0

    return jnp.array([mse(cast_all(masters, jnp.float16)), scale, count], dtype=jnp.float32)
