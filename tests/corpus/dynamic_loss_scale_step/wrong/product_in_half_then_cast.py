# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    y = y.astype(jnp.float16)

    def loss_fn(model):
        return jnp.mean((model(x) - y) ** 2)

    def scaled_loss_fn(model):
        return (loss_fn(model) * loss_scale).astype(jnp.float32)  #@ low-precision-loss-scale

    grads = nnx.grad(scaled_loss_fn)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    if finite:
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([loss_fn(model).astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
