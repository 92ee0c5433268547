# expect: pitfall|wrong_answer
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
import optax
from flax import nnx

RULES = {  #@ scale-not-reduced
    ("finite", "below"): lambda s, n: (s, n + 1),
    ("finite", "reached"): lambda s, n: (min(s * 2.0, 2.0**24), 0),
    ("overflow", "below"): lambda s, n: (max(s / 2.0, 1.0), 0),
}


def adjust(s, n, finite, every):
    key = ("finite" if finite else "overflow", "reached" if n + 1 == every else "below")
    return RULES.get(key, lambda s, n: (s, 0))(s, n)  #@ scale-not-reduced


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.state(lin, nnx.Param)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(params):
        p = optax.tree.cast(params, jnp.float16)
        return jnp.mean(optax.squared_error(x @ p.kernel[...] + p.bias[...], y))

    g = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    g = jax.tree.map(lambda a: a.astype(jnp.float32) / loss_scale, g)
    finite = bool(jnp.isfinite(optax.tree.sum(jax.tree.map(lambda a: a * 0, g))))
    if finite:
        params = optax.tree.add_scale(params, -lr, g)
    s, n = adjust(loss_scale, good_steps, finite, growth_interval)
    return jnp.array([mse(params).astype(jnp.float32), s, n], jnp.float32)
