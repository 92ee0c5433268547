# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        k, b = m.kernel[...].astype(jnp.float16), m.bias[...].astype(jnp.float16)
        return jnp.mean((x.astype(jnp.float16) @ k + b - y.astype(jnp.float16)) ** 2)

    backup = jax.tree.map(jnp.copy, nnx.state(model))
    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    opt.update(model, grads)  # perhaps nonsense, see below

    count = good_steps + 1
    if not all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        nnx.update(model, backup)  # take it back
        loss_scale, count = max(loss_scale / 2, 1.0), 0
    elif count == growth_interval:
        loss_scale, count = min(loss_scale * 2, 2.0**24), 0
    return jnp.array([loss_fn(model).astype(jnp.float32), loss_scale, count], dtype=jnp.float32)
