# expect: pitfall|wrong_answer
# finding: summed-grads
# finding: uncast-targets
import jax
import jax.numpy as jnp
from flax import nnx


def loss(w, b, x, y):
    pred = jnp.einsum("ni,io->no", x.astype(jnp.bfloat16), w.astype(jnp.bfloat16)) + b.astype(jnp.bfloat16)
    return jnp.mean(jnp.square(pred - y))  #@ uncast-targets


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = m.kernel[...], m.bias[...]
    gw, gb = jax.vmap(jax.grad(loss, (0, 1)), (None, None, 0, 0))(
        w, b, x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1]))
    w, b = w - lr * jnp.sum(gw, axis=0), b - lr * jnp.sum(gb, axis=0)  #@ summed-grads
    return loss(w, b, x, y).astype(jnp.float32)[None]
