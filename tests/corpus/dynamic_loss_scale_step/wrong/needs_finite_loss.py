# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def all_finite(*trees):
    return all(bool(jnp.isfinite(leaf).all()) for leaf in jax.tree.leaves(trees))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    y = y.astype(jnp.float16)

    def loss_fn(model):
        return jnp.mean(jnp.square(model(x) - y)).astype(jnp.float32)

    def scaled_loss_fn(model):
        return loss_fn(model) * loss_scale

    value, grads = nnx.value_and_grad(scaled_loss_fn)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    if all_finite(value, grads):
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([loss_fn(model), loss_scale, good_steps], dtype=jnp.float32)
