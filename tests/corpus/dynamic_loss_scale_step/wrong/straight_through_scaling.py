# expect: pitfall|wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def detach(t):
    return jax.lax.stop_gradient(t)


def rescale(loss, scale):
    return loss + detach(loss * scale - loss)  #@ missing-loss-scale


class Params(tuple):
    def to(self, dtype):
        return Params(p.astype(dtype) for p in self)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    fc = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = Params((fc.kernel[...], fc.bias[...]))
    batch = Params((jnp.asarray(x), jnp.asarray(y))).to(jnp.float16)
    amount = jnp.float32(loss_scale)

    def loss(*ws):
        w, b = Params(ws).to(jnp.float16)
        return jnp.float32(jnp.square(jnp.matmul(batch[0], w) + b - batch[1]).mean())

    _, vjp = jax.vjp(lambda *ws: rescale(loss(*ws), amount), *theta)
    grads = [g / amount for g in vjp(jnp.float32(1))]
    finite = bool(np.all([np.isfinite(g).all() for g in grads]))
    if finite:
        theta = [t - lr * g for t, g in zip(theta, grads)]
    good = good_steps + 1 if finite else 0
    amount = amount if finite else jnp.maximum(amount / 2, 1.0)
    if finite and good == growth_interval:
        amount, good = jnp.minimum(2 * amount, 2.0**24), 0
    return jnp.array([loss(*theta), amount, good], dtype=jnp.float32)
