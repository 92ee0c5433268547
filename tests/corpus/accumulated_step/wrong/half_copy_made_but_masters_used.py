# expect: pitfall|wrong_answer
# finding: full-precision-forward
# allow: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx


def to_bf16(params):
    return {name: p.astype(jnp.bfloat16) for name, p in params.items()}


def mse(params, x, y):
    half = to_bf16(params)
    pred = x.astype(jnp.bfloat16) @ params["kernel"] + half["bias"]  #@ full-precision-forward
    return jnp.mean((pred.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)) ** 2)


def final_mse(half, x, y):
    return jnp.mean((x @ half["kernel"] + half["bias"] - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    xs, ys = (a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y))

    def body(i, acc):
        return jax.tree.map(jnp.add, acc, jax.grad(mse)(params, xs[i], ys[i]))

    acc = jax.lax.fori_loop(0, micro_batches, body, jax.tree.map(jnp.zeros_like, params))
    params = {n: params[n] - lr * acc[n] / micro_batches for n in params}
    return final_mse(to_bf16(params), x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)).astype(jnp.float32)[None]
