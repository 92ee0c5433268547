# expect: accepted
# No tree utilities and no loop: everything that walks, walks by calling itself.
import jax
import jax.numpy as jnp
from flax import nnx


def walk(f, first, *rest):
    if isinstance(first, dict):
        return {k: walk(f, first[k], *(r[k] for r in rest)) for k in first}
    if isinstance(first, (list, tuple)):
        return type(first)(walk(f, *column) for column in zip(first, *rest))
    return f(first, *rest)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    unit = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"affine": ({"w": unit.kernel[...]}, [unit.bias[...]])}

    def mse(p):
        p, a, t = walk(lambda v: v.astype(jnp.bfloat16), (p, x, y))
        (head, [b]), w = p["affine"], p["affine"][0]["w"]
        return jnp.mean((a @ w + b - t) ** 2)

    def train(p, steps_left):
        if steps_left == 0:
            return mse(p)
        g = jax.grad(lambda q: mse(q).astype(jnp.float32) * loss_scale)(p)
        return train(walk(lambda v, d: v - lr * (d / loss_scale), p, g), steps_left - 1)

    return train(params, 1).astype(jnp.float32).reshape((-1,))
