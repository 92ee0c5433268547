# expect: pitfall
# finding: scale-unbounded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        kernel = model.kernel[...].astype(jnp.float16)
        bias = model.bias[...].astype(jnp.float16)
        err = x.astype(jnp.float16) @ kernel + bias - y.astype(jnp.float16)
        return jnp.mean(jnp.square(err)).astype(jnp.float32)

    grads = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale *= 2.0  #@ scale-unbounded
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2.0, 1.0)
        good_steps = 0
    return jnp.array([loss_fn(model), loss_scale, good_steps], dtype=jnp.float32)
