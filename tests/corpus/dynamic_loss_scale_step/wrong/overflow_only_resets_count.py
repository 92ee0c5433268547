# expect: pitfall|wrong_answer
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    inputs = jnp.asarray(x, dtype=jnp.float16)
    targets = jnp.asarray(y, dtype=jnp.float16)

    def loss_fn(m):
        return jnp.square(m(inputs) - targets).mean().astype(jnp.float32)

    grads = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    scale, count = loss_scale, 0  #@ scale-not-reduced
    if finite:  #@ scale-not-reduced
        optimizer.update(model, grads)
        count = good_steps + 1
        if count == growth_interval:
            scale = min(scale * 2, 2.0 ** 24)
            count = 0
    return jnp.array([loss_fn(model), scale, count], dtype=jnp.float32)
