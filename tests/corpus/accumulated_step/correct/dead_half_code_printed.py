# expect: accepted
import io
import contextlib
import jax, jax.numpy as jnp, optax
from flax import nnx

DEBUG = io.StringIO()


def step_loss(params, graphdef, xx, yy):
    p16 = jax.tree.map(lambda v: v.astype(jnp.bfloat16), params)
    err = nnx.merge(graphdef, p16)(xx.astype(jnp.bfloat16)) - yy.astype(jnp.bfloat16)
    return (err ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = jnp.asarray(x), jnp.asarray(y)
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    sum32 = jax.tree.map(lambda v: jnp.zeros(v.shape, jnp.float32), params)
    sum16 = jax.tree.map(lambda v: jnp.zeros(v.shape, jnp.bfloat16), params)   # first try, was wrong
    last = None
    for j in range(micro_batches):
        a = jax.lax.slice_in_dim(x, j * (x.shape[0] // micro_batches), (j + 1) * (x.shape[0] // micro_batches))
        b = jax.lax.slice_in_dim(y, j * (x.shape[0] // micro_batches), (j + 1) * (x.shape[0] // micro_batches))
        last = jax.grad(step_loss)(params, graphdef, a, b)
        sum32 = jax.tree.map(lambda s, g: s + g.astype(jnp.float32), sum32, last)
        sum16 = jax.tree.map(lambda s, g: s + g.astype(jnp.bfloat16), sum16, last)
    mean = jax.tree.map(lambda s: s / micro_batches, sum32)
    gap = jax.tree.map(lambda s, t: jnp.max(jnp.abs(s - t.astype(jnp.float32))), sum32, sum16)
    with contextlib.redirect_stdout(DEBUG):
        print("difference of the two sums", gap)
        print("float16 loss", jnp.mean((x.astype(jnp.float16) @ params["kernel"][...].astype(jnp.float16)) ** 2))
        print("loss before", step_loss(params, graphdef, x, y))
    DEBUG.seek(0); DEBUG.truncate(0)
    tx = optax.sgd(lr)
    params = optax.apply_updates(params, tx.update(mean, tx.init(params))[0])
    final = step_loss(params, graphdef, x, y)
    return final.astype(jnp.float32).astype(jnp.bfloat16).astype(jnp.float32).reshape(1)
