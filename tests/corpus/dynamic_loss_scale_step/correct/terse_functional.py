# expect: accepted
import jax, jax.numpy as jnp
from flax import nnx

H, F = jnp.float16, jnp.float32


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    w = (m.kernel[...], m.bias[...])
    f = lambda w: jnp.mean((x.astype(H) @ w[0].astype(H) + w[1].astype(H) - y.astype(H)) ** 2).astype(F)
    g = [v.astype(F) / loss_scale for v in jax.grad(lambda w: f(w) * loss_scale)(w)]
    ok = all(bool(jnp.isfinite(v).all()) for v in g)
    n = good_steps + 1
    s, c = ((min(2 * loss_scale, 2.0**24), 0) if n == growth_interval else (loss_scale, n)) if ok else (max(loss_scale / 2, 1.0), 0)
    w = tuple(p - lr * v for p, v in zip(w, g)) if ok else w
    return jnp.array([f(w), s, c], F)
