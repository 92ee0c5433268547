# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


@jax.jit
def _loss(p16, x16, y16):
    return jnp.mean((x16 @ p16["kernel"] + p16["bias"] - y16) ** 2)


@jax.jit
def _grads(p16, x16, y16, scale):
    return jax.grad(lambda p: _loss(p, x16, y16).astype(jnp.float32) * scale)(p16)


def _half(masters):
    return {name: value.astype(jnp.float16) for name, value in masters.items()}


def _sgd(masters, grads, lr):
    return {name: masters[name] - lr * grads[name] for name in masters}


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    g16 = _grads(_half(masters), x16, y16, loss_scale)
    finite = all(bool(jnp.isfinite(g).all()) for g in g16.values())
    if not finite:
        scale, count = max(loss_scale / 2, 1.0), 0
    else:
        g32 = {name: g.astype(jnp.float32) / loss_scale for name, g in g16.items()}
        masters = _sgd(masters, g32, lr)
        count = good_steps + 1
        scale = loss_scale
        if count >= growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0

    loss = _loss(_half(masters), x16, y16)
    return jnp.array([loss, scale, count], dtype=jnp.float32)
