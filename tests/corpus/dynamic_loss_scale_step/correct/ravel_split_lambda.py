# expect: accepted
import jax, jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gd, st = nnx.split(model)
    theta, unravel = ravel_pytree(nnx.to_pure_dict(st))
    assert theta.dtype == jnp.float32
    X, Y = jnp.float16(x), jnp.float16(y)

    def f(v):
        d = jax.tree.map(jnp.float16, unravel(v))
        e = X @ d["kernel"] + d["bias"] - Y
        return (e**2).mean()

    g = jax.grad(lambda v: loss_scale * jnp.float32(f(v)))(theta) / loss_scale
    finite = jnp.isfinite(g).all().item()
    theta = theta - lr * g if finite else theta

    outcome = {
        (True, True): (min(loss_scale * 2.0, 2.0**24), 0),
        (True, False): (loss_scale, good_steps + 1),
        (False, True): (max(loss_scale / 2.0, 1.0), 0),
        (False, False): (max(loss_scale / 2.0, 1.0), 0),
    }[finite, good_steps + 1 == growth_interval]
    return jnp.hstack([jnp.float32(f(theta)), jnp.float32(outcome[0]), jnp.float32(outcome[1])])
