# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    params = jax.tree_util.tree_map(lambda t: t.astype("bfloat16"), params)
    out = x.astype("bfloat16") @ params["k"] + params["b"]
    return jnp.mean((out - y.astype("bfloat16")) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"k": model.kernel[...], "b": model.bias[...]}
    xb = x.reshape((micro_batches, x.shape[0] // micro_batches, x.shape[1]))
    yb = y.reshape((micro_batches, y.shape[0] // micro_batches, y.shape[1]))

    def unfinished(state):
        return state["i"] < micro_batches

    def one_more(state):
        g = jax.grad(mse)(params, xb[state["i"]], yb[state["i"]])
        return {"i": state["i"] + 1, "sum": jax.tree.map(lambda a, b: a + b, state["sum"], g)}

    state = {"i": 0, "sum": jax.tree.map(jnp.zeros_like, params)}
    state = jax.lax.while_loop(unfinished, one_more, state)
    new = jax.tree.map(lambda p, s: p - lr / micro_batches * s, params, state["sum"])
    return mse(new, x, y).astype(jnp.float32)[None]
