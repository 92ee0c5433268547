# expect: pitfall|wrong_answer
# finding: low-precision-grads
# allow: low-precision-accumulator
import jax
import jax.numpy as jnp
from flax import nnx


def mse(w, b, x, y):
    e = x @ w + b - y
    return jnp.mean(e * e)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W, B = layer.kernel[...], layer.bias[...]
    half = lambda t: t.astype(jnp.bfloat16)
    x, y = half(x), half(y)

    GW, GB = jnp.zeros_like(W), jnp.zeros_like(B)
    r = x.shape[0] // micro_batches
    for i in range(micro_batches):
        gw, gb = jax.grad(mse, (0, 1))(half(W), half(B), x[i * r:(i + 1) * r], y[i * r:(i + 1) * r])
        gw = gw / micro_batches  #@ low-precision-grads
        gb = gb / micro_batches  #@ low-precision-grads
        GW = GW + gw.astype(jnp.float32)
        GB = GB + gb.astype(jnp.float32)

    W = W - lr * GW
    B = B - lr * GB
    return mse(half(W), half(B), x, y).astype(jnp.float32).reshape(1)
