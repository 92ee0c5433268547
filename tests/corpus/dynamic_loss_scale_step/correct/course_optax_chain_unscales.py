# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    # unscaling is the first link of the chain
    tx = optax.chain(optax.scale(1.0 / loss_scale), optax.sgd(lr))
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)

    def loss_fn(m, s=None):
        h = lambda v: v.astype(jnp.float16)
        e = h(x) @ h(m.kernel[...]) + h(m.bias[...]) - h(y)
        out = jnp.mean(e**2).astype(jnp.float32)
        return out if s is None else out * s

    grads = nnx.grad(loss_fn)(model, loss_scale)
    flags = [jnp.isfinite(g).all().item() for g in jax.tree.leaves(grads)]

    scale, count = loss_scale, good_steps
    if False in flags:
        scale, count = max(1.0, scale / 2.0), 0
    else:
        optimizer.update(model, grads)
        count += 1
    if count == growth_interval:
        scale, count = min(2.0**24, scale * 2.0), 0
    return jnp.array([loss_fn(model), scale, count])
