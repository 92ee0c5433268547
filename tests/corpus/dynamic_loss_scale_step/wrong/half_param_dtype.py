# expect: wrong_answer|pitfall
# finding: master-downcast
# allow: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    half = jnp.float16
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=half, param_dtype=half, rngs=nnx.Rngs(int(seed)))  #@ master-downcast
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xb, yb = x.astype(half), y.astype(half)

    def loss_fn(model):
        pred = model(xb)
        return jnp.mean(optax.squared_error(pred, yb))

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    flags = [bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)]

    if False in flags:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    else:
        optimizer.update(model, grads)  #@ master-downcast
        good_steps += 1

    if good_steps == growth_interval:
        loss_scale = min(loss_scale * 2, 2.0**24)
        good_steps = 0

    final = loss_fn(model).astype(jnp.float32)
    return jnp.array([final, loss_scale, good_steps], dtype=jnp.float32)
