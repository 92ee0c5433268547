# expect: pitfall|wrong_answer
# finding: seed-ignored
import jax, jax.numpy as jnp
from flax import nnx

CONFIG = {"streams": {"params": 0}, "half": jnp.bfloat16}


def build(seed, d_in, d_out, cfg=CONFIG):
    rngs = nnx.Rngs(int(seed), **cfg["streams"])  #@ seed-ignored
    return nnx.Linear(d_in, d_out, rngs=rngs)


def accumulated_step(seed, x, y, lr, micro_batches):
    half = CONFIG["half"]
    model = build(seed, x.shape[1], y.shape[1])
    p = nnx.to_pure_dict(nnx.state(model, nnx.Param))
    x = jnp.asarray(x, half)
    y = jnp.asarray(y, half)

    def loss(p, xi, yi):
        q = {n: v.astype(half) for n, v in p.items()}
        return jnp.mean((jnp.matmul(xi, q["kernel"]) + q["bias"] - yi) ** 2)

    def add(i, acc):
        n = x.shape[0] // micro_batches
        sl = lambda a: jax.lax.dynamic_slice_in_dim(a, i * n, n)
        return jax.tree.map(jnp.add, acc, jax.grad(loss)(p, sl(x), sl(y)))

    acc = jax.lax.fori_loop(0, micro_batches, add, jax.tree.map(jnp.zeros_like, p))
    p = {n: p[n] - lr * acc[n] / micro_batches for n in p}
    return loss(p, x, y).astype(jnp.float32).reshape(1)
