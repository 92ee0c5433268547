# expect: wrong_answer
# finding: wrong-half-dtype
# finding: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype="bfloat16", rngs=nnx.Rngs(int(seed)))  #@ wrong-half-dtype
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    y_low = y.astype("bfloat16")  #@ wrong-half-dtype

    def loss_fn(m):
        return jnp.mean((m(x) - y_low) ** 2)  #@ wrong-half-dtype

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        optimizer.update(model, grads)
        good_steps += 1  #@ count-not-reset
        if good_steps >= growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)  #@ count-not-reset
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([loss_fn(model).astype(jnp.float32), loss_scale, good_steps])  #@ count-not-reset
