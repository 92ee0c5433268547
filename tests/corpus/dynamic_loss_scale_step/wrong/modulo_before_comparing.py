# expect: wrong_answer
# finding: scale-not-grown
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(model):
        return jnp.mean((x @ model.kernel[...].astype(x.dtype) + model.bias[...].astype(x.dtype) - y) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all([bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)])

    scale = loss_scale
    if finite:
        optimizer.update(model, grads)
        count = (good_steps + 1) % growth_interval  # wraps around to 0 #@ scale-not-grown
        if count == growth_interval:  #@ scale-not-grown
            scale = min(scale * 2, 2.0**24)
    else:
        count = 0
        scale = max(scale / 2, 1.0)
    return jnp.array([loss_fn(model).astype(jnp.float32), scale, count])
