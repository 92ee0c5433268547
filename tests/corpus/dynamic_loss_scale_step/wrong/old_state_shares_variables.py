# expect: wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    old_state = nnx.state(model, nnx.Param)  #@ unchecked-overflow

    def loss_fn(model):
        w = model.kernel[...].astype(jnp.float16)
        b = model.bias[...].astype(jnp.float16)
        error = x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)
        return jnp.mean(error**2)

    def scaled_loss_fn(model):
        return loss_fn(model).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled_loss_fn)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.all(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))

    # try the step ...
    optimizer.update(model, grads)  #@ unchecked-overflow
    # ... and take it back if it was no good
    new_state = nnx.state(model, nnx.Param)
    chosen = jax.tree.map(lambda n, o: jnp.where(finite, n, o), new_state, old_state)  #@ unchecked-overflow
    nnx.update(model, chosen)

    count = jnp.where(finite, good_steps + 1, 0)
    scale = jnp.where(finite, loss_scale, jnp.maximum(loss_scale / 2, 1.0))
    grow = count >= growth_interval
    scale = jnp.where(grow, jnp.minimum(scale * 2, 2.0**24), scale)
    count = jnp.where(grow, 0, count)
    return jnp.stack([loss_fn(model).astype(jnp.float32), scale.astype(jnp.float32), count.astype(jnp.float32)])
