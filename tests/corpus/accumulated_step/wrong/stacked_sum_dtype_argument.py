# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx


def average_gradients(stacked, axis=0, dtype=jnp.bfloat16):  #@ low-precision-accumulator, low-precision-grads
    """tf.reduce_mean over towers"""
    return jax.tree.map(lambda g: jnp.mean(g, axis=axis, dtype=dtype), stacked)  #@ low-precision-accumulator, low-precision-grads


def tower_loss(variables, features, labels):
    v, f, l = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (variables, features, labels))
    return jnp.mean(jnp.square(jnp.einsum("bi,ij->bj", f, v["kernel"]) + v["bias"] - l))


def accumulated_step(seed, x, y, lr, micro_batches):
    d = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    variables = {"kernel": d.kernel[...], "bias": d.bias[...]}
    towers = jax.vmap(jax.grad(tower_loss), (None, 0, 0))(
        variables,
        jnp.stack(jnp.vsplit(x, micro_batches)),
        jnp.stack(jnp.vsplit(y, micro_batches)),
    )
    g = average_gradients(towers)  #@ low-precision-accumulator, low-precision-grads
    variables = jax.tree.map(lambda p, q: p - lr * q.astype(jnp.float32), variables, g)
    return tower_loss(variables, x, y).reshape(1).astype(jnp.float32)
