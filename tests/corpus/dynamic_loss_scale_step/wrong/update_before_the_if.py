# expect: wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(model):
        w = model.kernel[...].astype(jnp.float16)
        b = model.bias[...].astype(jnp.float16)
        return jnp.mean((x16 @ w + b - y16) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))

    optimizer.update(model, grads)  #@ unchecked-overflow

    if finite:
        new_count = good_steps + 1
        if new_count >= growth_interval:
            new_scale = min(loss_scale * 2, 2.0**24)
            new_count = 0
        else:
            new_scale = loss_scale
    else:
        new_scale = max(loss_scale / 2, 1.0)
        new_count = 0

    return jnp.array([loss_fn(model).astype(jnp.float32), new_scale, new_count])
