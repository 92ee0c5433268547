# expect: pitfall|wrong_answer
# finding: full-precision-forward
# allow: full-precision-final-loss
# allow: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx

CAST = {"weight", "bias"}  #@ full-precision-forward


def half(params):
    return {k: v.astype(jnp.bfloat16) if k in CAST else v for k, v in params.items()}  #@ full-precision-forward


def loss(params, x, y):
    q = half(params)
    pred = (x.astype(jnp.bfloat16) @ q["kernel"] + q["bias"]).astype(jnp.bfloat16)  #@ full-precision-forward
    return jnp.mean(jnp.square(pred - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    pieces = [jax.grad(loss)(params, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    params = {k: p - lr * sum(g[k] for g in pieces) / micro_batches for k, p in params.items()}
    return loss(params, x, y).astype(jnp.float32).reshape(1)
