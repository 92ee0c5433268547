# expect: wrong_answer
# finding: wrong-output-dtype
# allow: low-precision-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"W": m.kernel[...], "b": m.bias[...]}

    def loss_fn(p):
        q = {k: v.astype(jnp.float16) for k, v in p.items()}
        return jnp.mean((x.astype(jnp.float16) @ q["W"] + q["b"] - y.astype(jnp.float16)) ** 2)

    g = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(p)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    if bool(jnp.isfinite(g["W"]).all()) and bool(jnp.isfinite(g["b"]).all()):
        p = jax.tree.map(lambda a, d: a - lr * d, p, g)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(loss_scale * 2.0, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2.0, 1.0)
        good_steps = 0
    loss = loss_fn(p)
    return jnp.array([loss, loss_scale, good_steps])  #@ wrong-output-dtype
