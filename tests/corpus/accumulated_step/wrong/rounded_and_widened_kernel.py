# expect: pitfall|wrong_answer
# finding: full-precision-forward
# allow: uncast-inputs
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def as_bf16(p):
    return lax.reduce_precision(p, 8, 7)  #@ full-precision-forward


def loss(p, x, y):
    w, b = as_bf16(p[0]), as_bf16(p[1])  #@ full-precision-forward
    pred = lax.dot(x.astype(jnp.bfloat16).astype(w.dtype), w) + b  #@ full-precision-forward
    e = pred.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)
    return jnp.mean(e ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [m.kernel[...], m.bias[...]]
    s = [jnp.zeros_like(q) for q in p]
    for part in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        s = [a + g for a, g in zip(s, jax.grad(loss)(p, *part))]
    p = [q - (lr / micro_batches) * a for q, a in zip(p, s)]
    return loss(p, x, y).astype(jnp.float32).reshape(1)
