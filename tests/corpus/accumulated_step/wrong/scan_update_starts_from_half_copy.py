# expect: pitfall|wrong_answer
# finding: master-downcast
# allow: low-precision-update
import jax
import jax.numpy as jnp
from flax import nnx


def low(t):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)


def high(t):
    return jax.tree.map(lambda a: a.astype(jnp.float32), t)


def mse(half, x, y):
    return jnp.mean((x @ half["w"] + half["b"] - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = low({"w": lin.kernel[...], "b": lin.bias[...]})  #@ master-downcast
    x, y = low((x, y))

    def body(acc, part):
        return jax.tree.map(jnp.add, acc, high(jax.grad(mse)(params, *part))), None

    parts = tuple(a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y))
    acc, _ = jax.lax.scan(body, jax.tree.map(jnp.zeros_like, high(params)), parts)
    # update in float32
    masters = jax.tree.map(lambda p, g: p - lr * g / micro_batches, high(params), acc)  #@ master-downcast
    return mse(low(masters), x, y).astype(jnp.float32).reshape(1)
