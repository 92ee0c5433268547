# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(learning_rate=lr), wrt=nnx.Param)
    y16 = y.astype(jnp.float16)

    def loss(model, factor=None):
        value = jnp.mean(jnp.square(model(x) - y16))
        return value if factor is None else value.astype(jnp.float32) * factor

    scaled_grads = nnx.grad(loss)(model, loss_scale)
    true_grads = jax.tree.map(lambda g: g / loss_scale, scaled_grads)
    finite = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(true_grads)]).all()

    before = jax.tree.map(jnp.copy, nnx.state(model, nnx.Param))
    optimizer.update(model, true_grads)
    after = nnx.state(model, nnx.Param)
    nnx.update(model, jax.tree.map(lambda a, b: jnp.where(finite, a, b), after, before))

    steps = good_steps + 1
    reached = steps == growth_interval
    scale = jnp.where(finite, min(loss_scale * 2, 2.0**24) if reached else loss_scale, max(loss_scale / 2, 1.0))
    count = jnp.where(finite, 0 if reached else steps, 0)
    return jnp.hstack([loss(model).astype(jnp.float32), scale, count]).astype(jnp.float32)
