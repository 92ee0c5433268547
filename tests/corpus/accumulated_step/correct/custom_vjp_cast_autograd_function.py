# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.custom_vjp
def to_half(t):
    return t.astype(jnp.bfloat16)


def _fwd(t):
    return to_half(t), None


def _bwd(_, grad_output):
    # ctx is empty; grad of a cast is a cast
    return (grad_output.astype(jnp.float32),)


to_half.defvjp(_fwd, _bwd)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"weight": net.kernel[...], "bias": net.bias[...]}
    x16, y16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss(p, a, b):
        q = {k: to_half(v) for k, v in p.items()}
        e = jnp.einsum("ni,io->no", a, q["weight"]) + q["bias"] - b
        return (e * e).mean()

    accum = {k: jnp.zeros(v.shape, jnp.float32) for k, v in p.items()}
    step = x.shape[0] // micro_batches
    for idx, off in enumerate(range(0, x.shape[0], step)):
        out, pull = jax.vjp(lambda w: loss(w, x16[off:off + step], y16[off:off + step]), p)
        (g,) = pull(jnp.ones_like(out))
        accum = {k: accum[k] + g[k] for k in accum}
        if idx + 1 == micro_batches:
            p = {k: p[k] - jnp.asarray(lr, jnp.float32) * accum[k] / (idx + 1) for k in p}
    return jnp.stack([loss(p, x16, y16)]).astype(jnp.float32)
