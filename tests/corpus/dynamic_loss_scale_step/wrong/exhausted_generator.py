# expect: pitfall|wrong_answer
# finding: scale-not-reduced|count-not-reset
import operator
from functools import reduce
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = lin.kernel[...], lin.bias[...]

    def half(*arrays):
        for a in arrays:
            yield jnp.asarray(a, jnp.float16)

    def loss(p):
        k, b, i, t = half(*p, x, y)
        return jnp.mean((i @ k + b - t) ** 2).astype(jnp.float32)

    grads = tuple(g / jnp.float32(loss_scale) for g in jax.grad(lambda p: loss(p) * loss_scale)(params))
    verdicts = (bool(jnp.isfinite(g).all()) for g in grads)  #@ count-not-reset, scale-not-reduced
    if reduce(operator.and_, verdicts):
        params = tuple(p - lr * g for p, g in zip(params, grads))

    def next_scale():
        if not all(verdicts):  #@ count-not-reset, scale-not-reduced
            yield max(loss_scale / 2, 1.0)
            yield 0
        elif good_steps + 1 == growth_interval:
            yield min(loss_scale * 2, 2.0**24)
            yield 0
        else:
            yield loss_scale
            yield good_steps + 1

    return jnp.array([loss(params), *next_scale()], jnp.float32)
