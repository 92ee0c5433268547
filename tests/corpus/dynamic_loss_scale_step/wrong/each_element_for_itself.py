# expect: pitfall|wrong_answer
# finding: partial-finite-check|unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(m):
        return jnp.mean((xh @ m.kernel[...].astype(jnp.float16) + m.bias[...].astype(jnp.float16) - yh) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jax.tree.reduce(lambda a, b: a and b, jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads))

    # overflowed gradients -> 0, so that SGD doesn't move there
    grads = jax.tree.map(lambda g: jnp.where(jnp.isfinite(g), g, 0.0), grads)  #@ partial-finite-check, unchecked-overflow
    optimizer.update(model, grads)  #@ partial-finite-check, unchecked-overflow

    count = good_steps + 1 if finite else 0
    scale = loss_scale if finite else max(loss_scale / 2, 1.0)
    if count >= growth_interval:
        count = 0
        scale = min(scale * 2, 2.0**24)
    return jnp.array([loss_fn(model).astype(jnp.float32), scale, count])
