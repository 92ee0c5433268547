# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = dict(w=lin.kernel[...], b=lin.bias[...])
    parts = (
        x.reshape(micro_batches, -1, x.shape[1]).astype(jnp.bfloat16),
        y.reshape(micro_batches, -1, y.shape[1]).astype(jnp.bfloat16),
    )

    def one(params, a, b):
        p = {name: v.astype(jnp.bfloat16) for name, v in params.items()}
        return jnp.mean((a @ p["w"] + p["b"] - b) ** 2)

    def summed(params):
        return jnp.sum(jax.vmap(one, in_axes=(None, 0, 0))(params, *parts).astype(jnp.float32))  #@ low-precision-accumulator

    g = jax.grad(summed)(params)  #@ low-precision-accumulator
    params = {name: params[name] - lr * g[name] / micro_batches for name in params}
    return one(params, *(v.astype(jnp.bfloat16) for v in (x, y)))[None].astype(jnp.float32)
