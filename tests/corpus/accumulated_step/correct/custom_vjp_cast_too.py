# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


@jax.custom_vjp
def to_half(p):
    return p.astype(jnp.bfloat16)


def _fwd(p):
    return to_half(p), None


def _bwd(_, ct):
    return (ct.astype(jnp.float32),)


to_half.defvjp(_fwd, _bwd)


def predict(params, xb):
    w, b = map(to_half, params)
    return jax.lax.dot(xb, w) + b


def loss(params, xb, yb):
    xb, yb = xb.astype(jnp.bfloat16), yb.astype(jnp.bfloat16)
    return jnp.mean((yb - predict(params, xb)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (m.kernel[...], m.bias[...])
    dw, db = jnp.zeros_like(params[0]), jnp.zeros_like(params[1])
    for xb, yb in zip(jnp.array_split(x, micro_batches), jnp.array_split(y, micro_batches)):
        gw, gb = jax.grad(loss)(params, xb, yb)
        dw += gw
        db += gb
    params = (params[0] - lr * dw / micro_batches, params[1] - lr * db / micro_batches)
    return loss(params, x, y).astype("float32")[None]
