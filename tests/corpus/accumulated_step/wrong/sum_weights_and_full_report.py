# expect: pitfall|wrong_answer
# finding: summed-grads
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W, b = net.kernel[...], net.bias[...]
    xh, yh = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def part(W, b, xi, yi):
        r = xi @ W.astype(jnp.bfloat16) + b.astype(jnp.bfloat16) - yi
        return jnp.mean(r * r)

    gW, gb = jax.vmap(jax.grad(part, (0, 1)), (None, None, 0, 0))(
        W, b, xh.reshape(micro_batches, -1, x.shape[1]), yh.reshape(micro_batches, -1, y.shape[1]))
    weights = jnp.ones((micro_batches,), jnp.float32)  #@ summed-grads
    W = W - lr * jnp.einsum("k,kio->io", weights, gW, precision="highest")  #@ summed-grads
    b = b - lr * jnp.einsum("k,ko->o", weights, gb, precision="highest")  #@ summed-grads
    resid = xh @ W + b - yh  #@ full-precision-final-loss
    return jnp.mean(resid * resid).astype(jnp.float32)[None]
