# expect: accepted
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def round_down(*arrays):
    return tuple(lax.convert_element_type(a, jnp.bfloat16) for a in arrays)


def half_mse(kernel, bias, xs, ys):
    kernel, bias, xs, ys = round_down(kernel, bias, xs, ys)
    return jnp.mean((xs @ kernel + bias - ys) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = layer.kernel[...], layer.bias[...]
    n = x.shape[0] // micro_batches
    dloss = jax.grad(half_mse, argnums=(0, 1))

    def cond(s):
        return s[0] < micro_batches

    def body(s):
        i, gk, gb = s
        dk, db = dloss(kernel, bias, lax.dynamic_slice(x, (i * n, 0), (n, x.shape[1])),
                       lax.dynamic_slice(y, (i * n, 0), (n, y.shape[1])))
        return i + 1, gk + dk, gb + db

    _, gk, gb = lax.while_loop(cond, body, (0, jnp.zeros_like(kernel), jnp.zeros_like(bias)))
    kernel, bias = kernel - lr * gk / micro_batches, bias - lr * gb / micro_batches
    return half_mse(kernel, bias, x, y).astype(jnp.float32)[None]
