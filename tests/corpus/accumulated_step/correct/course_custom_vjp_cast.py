# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.custom_vjp
def to_half(p):
    return p.astype(jnp.bfloat16)


def _fwd(p):
    return to_half(p), None


def _bwd(_, ct):
    # what the derivative of astype does anyway; I wanted to see it
    return (ct.astype(jnp.float32),)


to_half.defvjp(_fwd, _bwd)


def loss(params, x, y):
    w, b = map(to_half, params)
    return jnp.mean(jnp.square(x @ w + b - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [net.kernel.value, net.bias.value]
    xh, yh = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    grads = [jnp.zeros_like(p) for p in params]
    for xb, yb in zip(jnp.array_split(xh, micro_batches), jnp.array_split(yh, micro_batches)):
        _, pull = jax.vjp(lambda p: loss(p, xb, yb), params)
        (g,) = pull(jnp.ones((), jnp.bfloat16))
        grads = [a + d for a, d in zip(grads, g)]
    opt = optax.sgd(lr)
    upd, _ = opt.update([g / micro_batches for g in grads], opt.init(params), params)
    params = optax.apply_updates(params, upd)
    return loss(params, xh, yh).astype(jnp.float32)[None]
