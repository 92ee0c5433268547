# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.custom_vjp
def lower(p):
    return p.astype(jnp.bfloat16)


def lower_fwd(p):
    return lower(p), None


def lower_bwd(_, ct):
    return (ct.astype(jnp.float32),)


lower.defvjp(lower_fwd, lower_bwd)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model, xb, yb):
        xb = jnp.asarray(xb, jnp.bfloat16)
        yb = jnp.asarray(yb, jnp.bfloat16)
        pred = xb @ lower(model.kernel[...]) + lower(model.bias[...])
        return jnp.mean((pred - yb) * (pred - yb))

    n = x.shape[0] // micro_batches
    parts = [(x[k:k + n], y[k:k + n]) for k in range(0, x.shape[0], n)]
    grads = nnx.grad(loss_fn)(model, *parts[0])
    for part in parts[1:]:
        grads = jax.tree.map(lambda a, b: a + b, grads, nnx.grad(loss_fn)(model, *part))
    grads = jax.tree.map(lambda a: a / len(parts), grads)
    optimizer.update(model, grads)
    return loss_fn(model, x, y).astype(jnp.float32)[None]
