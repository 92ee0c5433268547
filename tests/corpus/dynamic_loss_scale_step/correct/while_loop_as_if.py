# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax
from dataclasses import dataclass, replace
from functools import partial


@partial(jax.tree_util.register_dataclass, data_fields=["kernel", "bias", "scale", "count"], meta_fields=[])
@dataclass(frozen=True)
class TrainState:
    kernel: jax.Array
    bias: jax.Array
    scale: jax.Array
    count: jax.Array


def half_loss(kernel, bias, x, y):
    args = [jnp.asarray(a, jnp.float16) for a in (kernel, bias, x, y)]
    err = args[2] @ args[0] + args[1] - args[3]
    return jnp.mean(jnp.square(err))


@jax.jit
def step(st, x, y, lr, interval):
    obj = lambda kb: half_loss(*kb, x, y).astype(jnp.float32) * st.scale
    dk, db = jax.grad(obj)((st.kernel, st.bias))
    dk, db = dk / st.scale, db / st.scale
    bad_elements = jnp.sum(~jnp.isfinite(dk)) + jnp.sum(~jnp.isfinite(db))

    def body(c):
        todo, s = c
        cnt = s.count + 1
        grown = cnt >= interval
        return todo - 1, replace(
            s,
            kernel=s.kernel - lr * dk,
            bias=s.bias - lr * db,
            scale=jnp.where(grown, jnp.minimum(2 * s.scale, 2.0**24), s.scale),
            count=jnp.where(grown, 0, cnt),
        )

    todo = (bad_elements == 0).astype(jnp.int32)
    fallback = replace(st, scale=jnp.maximum(st.scale * 0.5, 1.0), count=jnp.zeros_like(st.count))
    start = jax.tree.map(lambda a, b: jnp.where(todo == 1, a, b), st, fallback)
    _, end = lax.while_loop(lambda c: c[0] > 0, body, (todo, start))
    return jnp.array([half_loss(end.kernel, end.bias, x, y), end.scale, end.count], dtype=jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    st = TrainState(m.kernel[...], m.bias[...], jnp.float32(loss_scale), jnp.int32(good_steps))
    return step(st, x, y, jnp.float32(lr), growth_interval)
