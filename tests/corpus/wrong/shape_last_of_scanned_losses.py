# expect: pitfall|wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed))), nnx.Param)
    loss = lambda p: jnp.mean(jnp.square(nnx.merge(graphdef, p)(x) - y.astype(jnp.bfloat16))).astype(jnp.float32)

    def epoch(p, batch_scale):
        g = jax.grad(lambda q: loss(q) * batch_scale)(p)
        p = jax.tree.map(lambda a, d: a - lr * (d / batch_scale), p, g)
        return p, loss(p)

    _, losses = jax.lax.scan(epoch, masters, jnp.array([loss_scale], jnp.float32))
    return losses[-1]  #@ wrong-output-shape
