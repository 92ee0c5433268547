# expect: pitfall|wrong_answer
# finding: master-downcast
# allow: low-precision-update
# model.half(), as I know it from PyTorch
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half_(model):
    nnx.update(model, jax.tree.map(lambda p: p.astype(jnp.float16), nnx.state(model)))  #@ master-downcast
    return model


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    model = half_(model)  #@ master-downcast
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def criterion(model):
        output = model(x.astype(jnp.float16))
        return jnp.mean((output - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: criterion(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    found_inf = any(bool(jnp.any(~jnp.isfinite(g))) for g in jax.tree.leaves(grads))
    if not found_inf:
        optimizer.update(model, grads)
        growth_tracker = good_steps + 1
        if growth_tracker == growth_interval:
            loss_scale, growth_tracker = min(loss_scale * 2.0, 2.0**24), 0
    else:
        loss_scale, growth_tracker = max(loss_scale * 0.5, 1.0), 0
    return jnp.array([criterion(model).astype(jnp.float32), loss_scale, growth_tracker])
