# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = [m.kernel[...], m.bias[...]]
    x, y = jnp.asarray(x), jnp.asarray(y)
    x16, y16 = map(jnp.bfloat16, (x, y))
    ids = jnp.arange(len(x)).reshape(micro_batches, -1)

    def loss(masters, rows):
        w, b = map(jnp.bfloat16, masters)
        guess = jnp.einsum("nd,do->no", x[rows], w)  #@ uncast-inputs
        return jnp.mean((guess + b - y16[rows]) ** 2)

    gs = [jax.grad(loss)(masters, rows) for rows in ids]
    masters = [p - lr * sum(col) / micro_batches for p, *col in zip(masters, *gs)]
    return loss(masters, ids.ravel()).astype(jnp.float32).reshape(1)
