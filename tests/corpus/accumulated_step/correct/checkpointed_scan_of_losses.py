# expect: accepted
# grad of a scan, rather than a scan of grads. The cast stands in the body, so each part has its own copy.
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"W": model.kernel[...], "b": model.bias[...]}

    def loss(m, x, y):
        W, b = m["W"].astype(jnp.bfloat16), m["b"].astype(jnp.bfloat16)
        return jnp.mean((x.astype(jnp.bfloat16) @ W + b - y.astype(jnp.bfloat16)) ** 2)

    def mean_of_losses(m):
        @jax.checkpoint
        def body(c, xy):
            return c + loss(m, *xy).astype(jnp.float32), ()

        cut = lambda a: a.reshape(micro_batches, -1, a.shape[1])
        return jax.lax.scan(body, jnp.float32(0), (cut(x), cut(y)))[0]

    g = jax.grad(mean_of_losses)(masters)
    masters = {k: masters[k] - lr * (g[k] / micro_batches) for k in masters}
    return loss(masters, x, y).astype(jnp.float32).reshape(1)
