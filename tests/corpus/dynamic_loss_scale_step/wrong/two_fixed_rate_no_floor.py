# expect: wrong_answer
# finding: lr-ignored
# finding: scale-unbounded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def create_optimizer(model, learning_rate=0.01):  #@ lr-ignored
    return nnx.Optimizer(model, optax.sgd(learning_rate), wrt=nnx.Param)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = create_optimizer(model)  #@ lr-ignored

    def loss_fn(m):
        w, b = m.kernel[...].astype(jnp.float16), m.bias[...].astype(jnp.float16)
        return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jax.tree.all(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads))
    if finite:
        optimizer.update(model, grads)
    count = (good_steps + 1) % growth_interval if finite else 0
    factor = 0.5 if not finite else 2.0 if count == 0 else 1.0
    scale = min(loss_scale * factor, 2.0**24)  #@ scale-unbounded
    return jnp.array([loss_fn(model).astype(jnp.float32), scale, count])  #@ scale-unbounded
