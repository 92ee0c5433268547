# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
from flax import nnx


def low(t):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)


def high(t):
    return jax.tree.map(lambda a: a.astype(jnp.float32), t)


def loss(params, x, y):
    return jnp.mean(jnp.square(x @ params["w"] + params["b"] - y))


def sgd(params, grads, lr):
    return jax.tree.map(lambda p, g: p - lr * g, params, grads)


def accumulated_step(seed, x, y, lr, micro_batches):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"w": linear.kernel[...], "b": linear.bias[...]}
    params = low(masters)
    xl, yl = low((x, y))

    total = jax.tree.map(jnp.zeros_like, masters)
    for xb, yb in zip(jnp.split(xl, micro_batches), jnp.split(yl, micro_batches)):
        g = high(jax.grad(loss)(params, xb, yb))
        total = jax.tree.map(jnp.add, total, g)

    mean = jax.tree.map(lambda t: t / micro_batches, total)
    masters = sgd(high(params), mean, lr)  #@ master-downcast
    return loss(low(masters), xl, yl).astype(jnp.float32)[None]
