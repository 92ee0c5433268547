# expect: pitfall|wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx

shard = lambda k: lambda a: a.reshape(k, a.shape[0] // k, a.shape[1])


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (m.kernel[...], m.bias[...])

    def loss(p, xy):
        (w, b), (x, y) = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, xy))
        return jnp.mean((x @ w + b - y) ** 2)

    over = lambda f: jax.vmap(f, in_axes=(None, 0))
    g = over(jax.grad(loss))(p, tuple(map(shard(micro_batches), (x, y))))
    p = jax.tree.map(lambda a, d: a - lr * d.mean(0), p, g)
    final = over(loss)(p, tuple(map(shard(1), (x, y))))
    return final.astype(jnp.float32)[None]  #@ wrong-output-shape
