# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
from flax import nnx


def halve(*arrays):
    return tuple(a.astype(jnp.float16) for a in arrays)  #@ wrong-half-dtype


def loss(params, x, y):
    w, b, x, y = halve(*params, x, y)
    return jnp.mean(jax.lax.square(jnp.tensordot(x, w, 1) + b - y)).astype(jnp.float32)


def sgd(params, grads, lr):
    return tuple(p - lr * g for p, g in zip(params, grads))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = layer.kernel[...], layer.bias[...]
    pull = jax.vjp(lambda p: loss(p, x, y) * loss_scale, params)[1]
    grads = jax.tree.map(lambda g: g / loss_scale, pull(jnp.ones(()))[0])
    return loss(sgd(params, grads, lr), x, y).reshape(-1)
