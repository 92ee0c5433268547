# expect: pitfall|wrong_answer
# finding: low-precision-update|master-downcast
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def lerp_step(p, u):
    """p + u at compute precision, handed back as a master."""
    return (p.astype(jnp.bfloat16) + u.astype(jnp.bfloat16)).astype(jnp.float32)  #@ low-precision-update, master-downcast


def loss(p, x, y):
    w, b = p
    d = x.astype(jnp.bfloat16) @ w.astype(jnp.bfloat16) + b.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)
    return (d**2).mean()


def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    def one(i, p):
        g = jax.grad(lambda q: loss(q, x, y).astype(jnp.float32) * loss_scale)(p)
        return tuple(lerp_step(a, -lr * (b / loss_scale)) for a, b in zip(p, g))

    p = lax.fori_loop(0, 1, one, (m.kernel[...], m.bias[...]))
    return loss(p, x, y).astype(jnp.float32).reshape(1)
