# expect: accepted
# finding: full-precision-loss
import jax
import jax.numpy as jnp
from flax import nnx

B = jnp.bfloat16


def residual(params, xi, yi):
    return xi @ params[0].astype(B) + params[1].astype(B) - yi


def row(params, xi, yi):
    r = residual(params, xi, yi)
    return r, r


def loss_by_rows(params, xs, ys):
    def body(total, batch):
        r = residual(params, *batch)
        r = jax.lax.convert_element_type(r, total.dtype)  #@ full-precision-loss
        return total + jnp.sum(r * r), None
    total, _ = jax.lax.scan(body, jnp.zeros((), jnp.float32), (xs, ys))
    return (total / ys.size).astype(B)


def loss_at_once(params, xs, ys):
    return jnp.mean(jax.vmap(residual, (None, 0, 0))(params, xs, ys) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = (lin.kernel[...], lin.bias[...])
    xs, ys = jnp.asarray(x, B), jnp.asarray(y, B)
    g = jax.grad(lambda t: loss_by_rows(t, xs, ys).astype(jnp.float32) * loss_scale)(theta)
    theta = jax.tree.map(lambda t, d: t - lr * (d / loss_scale), theta, g)
    return loss_at_once(theta, xs, ys).astype(jnp.float32).reshape(1)
