# expect: wrong_answer
# finding: scaled-loss-returned
from typing import NamedTuple

import jax
import jax.numpy as jnp
from flax import nnx


class Losses(NamedTuple):
    scaled: jax.Array
    plain: jax.Array


class Net(NamedTuple):
    w: jax.Array
    b: jax.Array


def objective(net, x, y, scale):
    w, b, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (net.w, net.b, x, y))
    plain = jnp.mean((x @ w + b - y) ** 2).astype(jnp.float32)
    return Losses(scaled=plain * scale, plain=plain)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    net = Net(m.kernel[...], m.bias[...])
    (_, plain), g = jax.value_and_grad(lambda n: tuple(objective(n, x, y, loss_scale)), has_aux=True)(net)
    net = Net(*(p - lr * d / loss_scale for p, d in zip(net, g)))
    plain, scaled = objective(net, x, y, loss_scale)  #@ scaled-loss-returned
    return jnp.atleast_1d(plain)  #@ scaled-loss-returned
