# expect: wrong_answer
# finding: wrong-half-dtype
# finding: scale-unbounded
import jax
import jax.numpy as jnp
from flax import nnx, struct


@struct.dataclass
class State:
    params: dict
    scale: jax.Array
    good: jax.Array
    compute: jnp.dtype = struct.field(pytree_node=False, default=jnp.bfloat16)  #@ wrong-half-dtype


def loss(params, x, y, dtype):
    c = lambda a: a.astype(dtype)  #@ wrong-half-dtype
    return jnp.mean((c(x) @ c(params["k"]) + c(params["b"]) - c(y)) ** 2).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    st = State({"k": lin.kernel[...], "b": lin.bias[...]}, jnp.float32(loss_scale), jnp.int32(good_steps))  #@ wrong-half-dtype
    g = jax.grad(lambda p: loss(p, x, y, st.compute) * st.scale)(st.params)  #@ wrong-half-dtype
    g = jax.tree.map(lambda a: a / st.scale, g)
    ok = jnp.isfinite(g["k"]).all() & jnp.isfinite(g["b"]).all()
    full = st.good + 1 >= growth_interval
    st = st.replace(
        params=jax.tree.map(lambda a, d: jnp.where(ok, a - lr * d, a), st.params, g),
        scale=jnp.where(ok, jnp.where(full, jnp.minimum(st.scale * 2, 2.0**24), st.scale), st.scale / 2),  #@ scale-unbounded
        good=jnp.where(ok & ~full, st.good + 1, 0),
    )
    return jnp.stack([loss(st.params, x, y, st.compute), st.scale, st.good.astype(jnp.float32)])  #@ wrong-half-dtype
