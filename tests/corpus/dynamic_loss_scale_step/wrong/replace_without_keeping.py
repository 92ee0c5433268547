# expect: pitfall|wrong_answer
# finding: stale-loss|update-discarded
import jax
import jax.numpy as jnp
import optax
from flax import nnx, struct


class State(struct.PyTreeNode):
    params: dict
    scale: float
    count: int


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    st = State({"kernel": lin.kernel[...], "bias": lin.bias[...]}, loss_scale, good_steps)
    x, y = optax.tree.cast((jnp.asarray(x), jnp.asarray(y)), jnp.float16)

    def loss(p):
        p = optax.tree.cast(p, jnp.float16)
        return jnp.mean((x @ p["kernel"] + p["bias"] - y) ** 2).astype(jnp.float32)

    g = jax.grad(lambda p: loss(p) * st.scale)(st.params)
    g = jax.tree.map(lambda a: a / jnp.float32(st.scale), g)
    if all(bool(jnp.isfinite(a).all()) for a in jax.tree.leaves(g)):
        st.replace(params=optax.tree.add_scale(st.params, -lr, g))  #@ stale-loss, update-discarded
        st = st.replace(count=st.count + 1)
        if st.count == growth_interval:
            st = st.replace(scale=min(st.scale * 2, 2.0**24), count=0)
    else:
        st = st.replace(scale=max(st.scale / 2, 1.0), count=0)
    return jnp.array([loss(st.params), st.scale, st.count], jnp.float32)
