# expect: pitfall|wrong_answer
# finding: scaled-loss-returned
"""The loss function returns (scaled, plain), and the last evaluation takes the first of the two."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def losses(model, x, y, scale):
    plain = jnp.mean(jnp.square(model(x) - y)).astype(jnp.float32)
    return plain * scale, plain


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)
    grads, _ = nnx.grad(losses, has_aux=True)(model, x, y, jnp.float32(loss_scale))
    grads = jax.tree.map(lambda g: g / jnp.float32(loss_scale), grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    scale, count = loss_scale, good_steps + 1
    if finite:
        optimizer.update(model, grads)
        if count == growth_interval:
            scale, count = min(scale * 2, 2.0**24), 0
    else:
        scale, count = max(scale / 2, 1.0), 0
    loss, *_ = losses(model, x, y, loss_scale)  #@ scaled-loss-returned
    return jnp.array([loss, scale, count], dtype=jnp.float32)
