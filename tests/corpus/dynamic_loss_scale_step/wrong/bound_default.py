# expect: pitfall|wrong_answer
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model, x, y, scale=loss_scale):
        error = model(x) - y.astype(jnp.float16)
        return jnp.mean(error**2).astype(jnp.float32) * scale

    grads = nnx.grad(loss_fn)(model, x, y)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = bool(jnp.all(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)])))

    if finite:
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0

    loss = loss_fn(model, x, y)  #@ scaled-loss-returned
    return jnp.array([loss, loss_scale, good_steps], dtype=jnp.float32)
