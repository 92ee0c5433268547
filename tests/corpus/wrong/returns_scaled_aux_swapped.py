# expect: wrong_answer
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = dict(kernel=lin.kernel[...], bias=lin.bias[...])

    def loss(p):
        h = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
        r = x.astype(jnp.bfloat16) @ h["kernel"] + h["bias"] - y.astype(jnp.bfloat16)
        plain = jnp.mean(r**2).astype(jnp.float32)
        return plain * loss_scale, plain

    (_, before), g = jax.value_and_grad(loss, has_aux=True)(p)
    p = jax.tree.map(lambda a, d: a - lr * (d / loss_scale), p, g)
    after, _ = loss(p)  #@ scaled-loss-returned
    return after.reshape((1,))  #@ scaled-loss-returned
