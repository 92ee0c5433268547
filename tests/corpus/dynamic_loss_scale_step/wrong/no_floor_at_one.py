# expect: wrong_answer
# finding: scale-unbounded
import jax
import jax.numpy as jnp
from flax import nnx

FACTORS = {"down": 0.5, "same": 1.0, "up": 2.0}


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    l = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    pars = [l.kernel[...], l.bias[...]]
    xx, yy = (jnp.array(a, dtype=jnp.float16) for a in (x, y))

    def loss(pars):
        kk, bb = (jnp.array(a, dtype=jnp.float16) for a in pars)
        return jnp.mean(jnp.square(xx @ kk + bb - yy)).astype(jnp.float32)

    gg = [g / loss_scale for g in jax.grad(lambda p: loss(p) * loss_scale)(pars)]
    if all(jnp.isfinite(g).all() for g in gg):
        pars = [p - lr * g for p, g in zip(pars, gg)]
        direction, count = ("up", 0) if good_steps + 1 == growth_interval else ("same", good_steps + 1)
    else:
        direction, count = "down", 0
    scale = min(loss_scale * FACTORS[direction], 2.0**24)  #@ scale-unbounded
    return jnp.array([loss(pars), scale, count], dtype=jnp.float32)
