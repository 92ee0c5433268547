# expect: pitfall|wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    params = (m.kernel[...], m.bias[...])
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss(params, x, y):
        w, b = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        return jnp.mean(jnp.square(jnp.einsum("ni,io->no", x, w) + b - y))

    cut = lambda t: t.reshape(micro_batches, t.shape[0] // micro_batches, -1)
    per_part = jax.vmap(jax.grad(loss), (None, 0, 0))(params, cut(x), cut(y))
    grads = jax.tree.map(lambda g: jnp.sum(g, axis=0), per_part)  #@ summed-grads
    params = jax.tree.map(lambda p, g: p - lr * g, params, grads)  #@ summed-grads
    return loss(params, x, y).astype(jnp.float32).reshape(1)
