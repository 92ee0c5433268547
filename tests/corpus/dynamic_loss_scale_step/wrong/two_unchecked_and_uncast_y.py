# expect: wrong_answer
# finding: unchecked-overflow
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        e = (model(x) - y).astype(jnp.float16)  #@ uncast-targets
        return jnp.mean(jnp.square(e)).astype(jnp.float32)

    grads = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.isfinite(optax.global_norm(grads))
    optimizer.update(model, grads)  #@ unchecked-overflow
    n = jnp.where(finite, good_steps + 1, 0)
    grow = n >= growth_interval
    scale = jnp.where(finite, jnp.float32(loss_scale), jnp.maximum(loss_scale / 2, 1.0))
    scale = jnp.where(grow, jnp.minimum(scale * 2, 2.0**24), scale)
    return jnp.array([loss_fn(model), scale, jnp.where(grow, 0, n)], dtype=jnp.float32)
