# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = {"w": m.kernel[...], "b": m.bias[...]}
    H = jnp.float16

    def cost(theta):
        return jnp.mean((x.astype(H) @ theta["w"].astype(H) + theta["b"].astype(H) - y.astype(H)) ** 2)

    g = jax.grad(lambda t: cost(t).astype(jnp.float32) * loss_scale)(theta)
    g = {k: v / loss_scale for k, v in g.items()}
    finite = all(bool(jnp.isfinite(v).all()) for v in g.values())
    if finite:
        delta = {k: (-lr * v).astype(H) for k, v in g.items()}  #@ low-precision-update
        theta = {k: theta[k] + delta[k] for k in theta}
        good_steps = good_steps + 1
        if good_steps >= growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([cost(theta).astype(jnp.float32), loss_scale, good_steps])
