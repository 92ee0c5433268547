# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def tree_finite(*trees):
    return all(bool(jnp.isfinite(t).all()) for t in jax.tree.leaves(trees))


def half_precision(fn):
    """Decorator: casts all array arguments to float16."""

    def inner(*args):
        return fn(*jax.tree.map(lambda a: jnp.asarray(a).astype(jnp.float16), args))

    return inner


@half_precision
def mse(params, x, y):
    w, b = params
    return jnp.mean((jnp.matmul(x, w) + b - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [linear.kernel[...], linear.bias[...]]

    def objective(p):
        loss = mse(p, x, y)
        return loss.astype(jnp.float32) * loss_scale, loss

    (_, loss), grads = jax.value_and_grad(objective, has_aux=True)(params)
    grads = [g.astype(jnp.float32) / loss_scale for g in grads]

    good_steps += 1
    if tree_finite(loss, grads):
        params = [p - lr * g for p, g in zip(params, grads)]
        if good_steps == growth_interval:
            good_steps = 0
            loss_scale = min(loss_scale * 2.0, 2.0**24)
    else:
        good_steps = 0
        loss_scale = max(loss_scale / 2.0, 1.0)

    return jnp.array([mse(params, x, y).astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
