# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


@jax.custom_vjp
def lower(a):
    return a.astype(jnp.bfloat16)


def _lower_fwd(a):
    return lower(a), None


def _lower_bwd(_, ct):
    # the derivative of the cast casts back
    return (ct.astype(jnp.float32),)


lower.defvjp(_lower_fwd, _lower_bwd)


def loss(params, x, y):
    p = jax.tree.map(lower, params)
    return jnp.mean((lower(x) @ p["kernel"] + p["bias"] - lower(y)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = dict(kernel=m.kernel[...], bias=m.bias[...])
    parts = zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
    grads = [jax.grad(loss)(params, xb, yb) for xb, yb in parts]
    mean = jax.tree.map(lambda *gs: sum(gs) / micro_batches, *grads)
    params = jax.tree.map(lambda p, g: p - lr * g, params, mean)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
