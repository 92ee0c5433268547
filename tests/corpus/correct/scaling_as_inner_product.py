# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    wb = (layer.kernel[...], layer.bias[...])
    S = jnp.asarray([loss_scale], jnp.float32)

    def one(p):
        w, b, a, t = (q.astype(jnp.bfloat16) for q in (*p, x, y))
        z = lax.dot_general(a, w, (((1,), (0,)), ((), ())))
        return jnp.mean(lax.integer_pow(lax.sub(z + b, t), 2))[None]

    # promote_types(bfloat16, float16) is float32: the smallest that holds both
    wide = jnp.promote_types(jnp.bfloat16, jnp.float16)
    grads = jax.grad(lambda p: jnp.vdot(one(p).astype(wide), S))(wb)
    grads = jax.tree.map(lambda g: jnp.einsum("...,k->...", g, 1 / S), grads)
    wb = jax.tree.map(lambda p, g: jnp.add(p, jnp.negative(jnp.multiply(g, lr))), wb, grads)
    return one(wb).astype(wide)
