# expect: wrong_answer|pitfall
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def next_state(finite, scale, count, interval):
    if finite:
        if count + 1 >= interval:
            return min(scale * 2, 2.0**24), 0
        return scale, count + 1
    return max(scale / 2, 1.0), 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(model):
        return jnp.mean(jnp.square(model(x16) - y16))

    def scaled_loss_fn(model):
        return loss_fn(model).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled_loss_fn)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = all(bool(jnp.all(jnp.isfinite(g))) for g in jax.tree.leaves(grads))
    optimizer.update(model, grads)  #@ unchecked-overflow
    scale, count = next_state(finite, loss_scale, good_steps, growth_interval)
    return jnp.array([loss_fn(model), scale, count], dtype=jnp.float32)
