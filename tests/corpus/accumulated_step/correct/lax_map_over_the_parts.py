# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [layer.kernel[...], layer.bias[...]]

    def loss(params, batch):
        w, b, bx, by = [t.astype(jnp.bfloat16) for t in (*params, *batch)]
        residual = bx @ w + b - by
        return jnp.sum(residual * residual) / residual.size

    batches = (x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1]))
    grads = jax.lax.map(lambda batch: jax.grad(loss)(params, batch), batches)
    params = [p - lr * jnp.mean(g, axis=0) for p, g in zip(params, grads)]
    return loss(params, (x, y)).astype(jnp.float32).reshape(1)
