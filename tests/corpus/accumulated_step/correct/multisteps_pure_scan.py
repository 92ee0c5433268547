# expect: accepted
import jax, jax.numpy as jnp, optax
from flax import nnx


def _forward(p, x):
    return jnp.dot(x, p[0]) + p[1]


def _loss(p32, x, y):
    p = tuple(a.astype(jnp.bfloat16) for a in p32)
    d = _forward(p, x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
    return jnp.mean(d * d)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    ms = optax.MultiSteps(optax.sgd(lr), micro_batches)
    state = ms.init(params)

    def one(carry, part):
        params, state = carry
        g = jax.grad(_loss)(params, *part)
        u, state = ms.update(g, state, params)
        # zeros except at the last part, so all parts see the same parameters
        return (optax.apply_updates(params, u), state), ms.has_updated(state)

    parts = (x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1]))
    (params, state), _ = jax.lax.scan(one, (params, state), parts)
    return _loss(params, x, y).astype(jnp.float32)[jnp.newaxis]
