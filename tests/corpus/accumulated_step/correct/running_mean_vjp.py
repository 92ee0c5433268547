# expect: accepted
# Welford style: the mean is kept up to date, there is no sum at all.
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def residuals(params, x, y):
    W, b = [p.astype(jnp.bfloat16) for p in params]
    pred = jax.lax.dot_general(x, W, dimension_numbers=(((1,), (0,)), ((), ())))
    return pred + b[None, :] - y


def loss_from_residuals(r):
    return jnp.mean(r ** 2)


def part_gradient(params, x, y):
    r, pull_params = jax.vjp(lambda p: residuals(p, x, y), params)
    loss, pull_r = jax.vjp(loss_from_residuals, r)
    (dr,) = pull_r(jnp.ones_like(loss))
    (dparams,) = pull_params(dr)
    return loss, dparams


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [layer.kernel[...], layer.bias[...]]
    x, y = (jnp.asarray(a).astype(jnp.bfloat16) for a in (x, y))

    rows = len(x) // micro_batches
    mean = [jnp.zeros_like(p) for p in params]
    for k in range(micro_batches):
        sl = slice(k * rows, (k + 1) * rows)
        _, g = part_gradient(params, x[sl], y[sl])
        mean = [m + (gi - m) / (k + 1) for m, gi in zip(mean, g)]

    opt = optax.sgd(lr)
    step, _ = opt.update(mean, opt.init(params), params)
    params = optax.apply_updates(params, step)
    return jnp.stack([loss_from_residuals(residuals(params, x, y))]).astype(jnp.float32)
