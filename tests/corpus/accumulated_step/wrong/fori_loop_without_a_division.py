# expect: pitfall|wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def mse(params, x, y):
    half = [p.astype(jnp.bfloat16) for p in params]
    return jnp.mean((x @ half[0] + half[1] - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [layer.kernel[...], layer.bias[...]]
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    n = len(x) // micro_batches

    def one(i, acc):
        xi = lax.dynamic_slice_in_dim(x, i * n, n)
        yi = lax.dynamic_slice_in_dim(y, i * n, n)
        grads = jax.grad(mse)(params, xi, yi)
        return [a + g for a, g in zip(acc, grads)]

    acc = lax.fori_loop(0, micro_batches, one, [jnp.zeros_like(p) for p in params])
    params = [p - lr * a for p, a in zip(params, acc)]  #@ summed-grads
    return mse(params, x, y).astype(jnp.float32).reshape(1)
