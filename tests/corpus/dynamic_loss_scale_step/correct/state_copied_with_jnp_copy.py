# expect: accepted
import jax, jax.numpy as jnp, optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    old = jax.tree.map(jnp.copy, nnx.state(model, nnx.Param))
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(model):
        w = model.kernel[...].astype(jnp.float16)
        b = model.bias[...].astype(jnp.float16)
        return jnp.mean(jnp.square(x @ w + b - y))

    g = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    g = jax.tree.map(lambda a: a * (1.0 / loss_scale), g)
    finite = jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda a: jnp.isfinite(a).all(), g))

    opt.update(model, g)
    new = nnx.state(model, nnx.Param)
    nnx.update(model, jax.tree.map(lambda n, o: jnp.where(finite, n, o), new, old))

    n = jnp.where(finite, good_steps + 1, 0)
    s = jnp.where(finite, jnp.float32(loss_scale), jnp.float32(loss_scale) / 2)
    s = jnp.where(n == growth_interval, s * 2, s)
    n = jnp.where(n == growth_interval, 0, n)
    s = jnp.clip(s, 1.0, 2.0**24)
    return jnp.array([mse(model).astype(jnp.float32), s, n.astype(jnp.float32)])
