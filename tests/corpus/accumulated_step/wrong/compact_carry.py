# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
from jax import lax, numpy as jnp
from flax import nnx

EXPONENT, MANTISSA = 8, 7


def compact(tree):
    return jax.tree.map(lambda a: lax.reduce_precision(a, EXPONENT, MANTISSA), tree)


def loss_fn(params, x, y):
    params, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (params, x, y))
    return jnp.mean(jnp.square(x @ params[0] + params[1] - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [model.kernel[...], model.bias[...]]
    rows = x.shape[0] // micro_batches

    def body(i, carry):
        xb = lax.dynamic_slice_in_dim(x, i * rows, rows)
        yb = lax.dynamic_slice_in_dim(y, i * rows, rows)
        g = jax.grad(loss_fn)(params, xb, yb)
        return compact(jax.tree.map(jnp.add, carry, g))  #@ low-precision-accumulator

    total = lax.fori_loop(0, micro_batches, body, [jnp.zeros(p.shape, jnp.float32) for p in params])
    params = [p - lr * t / micro_batches for p, t in zip(params, total)]
    return loss_fn(params, x, y).astype(jnp.float32)[None]
