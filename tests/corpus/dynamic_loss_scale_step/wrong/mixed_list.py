# expect: wrong_answer|pitfall
# finding: wrong-output-dtype
# allow: low-precision-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = {"A": m.kernel[...], "c": m.bias[...]}

    def half_mse(theta):
        A, c, X, Y = (t.astype(jnp.float16) for t in (theta["A"], theta["c"], x, y))
        return jnp.mean((X @ A + c - Y) ** 2)

    big = jax.grad(lambda t: half_mse(t).astype(jnp.float32) * loss_scale)(theta)
    true = {k: v.astype(jnp.float32) / loss_scale for k, v in big.items()}
    healthy = all(bool(jnp.isfinite(v).all()) for v in true.values())

    if healthy:
        for k in theta:
            theta[k] = theta[k] - lr * true[k]
        good_steps += 1
    else:
        good_steps = 0
        loss_scale = max(loss_scale / 2, 1.0)
    if good_steps == growth_interval:
        good_steps = 0
        loss_scale = min(loss_scale * 2, 2.0**24)

    return jnp.array([half_mse(theta), loss_scale, good_steps])  #@ wrong-output-dtype
