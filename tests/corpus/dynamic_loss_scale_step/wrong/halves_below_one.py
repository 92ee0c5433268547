# expect: wrong_answer
# finding: scale-unbounded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(model):
        w, b = model.kernel[...].astype(jnp.float16), model.bias[...].astype(jnp.float16)
        return jnp.mean((jnp.dot(x, w) + b - y) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)

    if all(jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)):
        optimizer.update(model, grads)
        count = good_steps + 1
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
        else:
            scale = loss_scale
    else:
        scale = loss_scale / 2  #@ scale-unbounded
        count = 0
    return jnp.array([mse(model).astype(jnp.float32), scale, count], dtype=jnp.float32)
