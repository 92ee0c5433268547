# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_loss(x, y, loss_scale):
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(model):
        loss = jnp.mean((model(x) - y) ** 2)
        return loss.astype(jnp.float32) * loss_scale

    return loss_fn


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    loss_fn = make_loss(x, y, loss_scale)
    value, grads = nnx.value_and_grad(loss_fn)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)

    finite = jax.tree.reduce(lambda a, g: a and bool(jnp.isfinite(g).all()), grads, True)
    if finite:
        optimizer.update(model, grads)
        value = loss_fn(model)
        n = good_steps + 1
        next_scale = min(loss_scale * 2, 2.0**24) if n == growth_interval else loss_scale
        n = 0 if n == growth_interval else n
    else:
        # nothing moved: the value from above is still the loss
        n, next_scale = 0, max(loss_scale / 2, 1.0)

    return jnp.array([value / loss_scale, next_scale, n], dtype=jnp.float32)
