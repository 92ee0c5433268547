# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    return jnp.mean((model(x) - y.astype(jnp.float16)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(lambda m: loss_fn(m, x, y).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(leaf).all()) for leaf in jax.tree.leaves(grads))
    if finite:
        optimizer.update(model, grads)
    good_steps = good_steps + 1 if finite else 0
    if not finite:
        loss_scale = max(loss_scale * 0.5, 1.0)
    elif good_steps >= growth_interval:
        loss_scale, good_steps = min(loss_scale * 2.0, 2.0**24), 0
    return jnp.stack([jnp.float32(loss_fn(model, x, y)), jnp.float32(loss_scale), jnp.float32(good_steps)])
