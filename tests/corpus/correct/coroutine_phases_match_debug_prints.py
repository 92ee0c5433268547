# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def loss16(wb, x, y):
    w, b = (t.astype(jnp.bfloat16) for t in wb)
    x, y = x.astype(jnp.float32).astype(jnp.bfloat16), y.astype(jnp.bfloat16).astype(jnp.bfloat16)
    return jnp.mean((jax.vmap(lambda row: row @ w + b)(x) - y) ** 2)


def machine(wb, x, y, lr, S):
    g = None
    while True:
        match (yield):
            case "forward_backward":
                g = jax.grad(lambda q: loss16(q, x, y).astype(jnp.float32) * S)(wb)
                # how would it look in half? just looking
                peek = [t.astype(jnp.float16) / jnp.float16(S) for t in g]
                jax.debug.callback(lambda *_: None, *peek)
            case "unscale":
                g = [t / S for t in g]
            case "update":
                wb = [p - lr * t for p, t in zip(wb, g)]
            case "eval":
                yield loss16(wb, x, y)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    m = machine([lin.kernel[...], lin.bias[...]], x, y, lr, loss_scale)
    next(m)
    for phase in ("forward_backward", "unscale", "update"):
        m.send(phase)
    result = m.send("eval")
    m.close()
    return jnp.stack([result]).astype(jnp.float32)
