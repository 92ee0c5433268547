# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Regressor(nnx.Module):
    def __init__(self, d_in, d_out, *, rngs):
        self.linear = nnx.Linear(d_in, d_out, dtype=jnp.float16, param_dtype=jnp.float32, rngs=rngs)

    def __call__(self, x):
        return self.linear(x)


def mse(model, x, y):
    return jnp.square(model(x) - y.astype(jnp.float16)).mean()


def all_finite(tree):
    return jax.tree.reduce(lambda ok, g: ok and bool(jnp.isfinite(g).all()), tree, True)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = Regressor(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    backup = nnx.clone(model)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    @nnx.grad
    def backward(m):
        return jnp.float32(loss_scale) * mse(m, x, y).astype(jnp.float32)

    grads = jax.tree.map(lambda g: g / loss_scale, backward(model))
    optimizer.update(model, grads)
    if all_finite(grads):
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            scale, count = min(2 * scale, 2.0**24), 0
    else:
        model = backup
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse(model, x, y), scale, count], dtype=jnp.float32)
