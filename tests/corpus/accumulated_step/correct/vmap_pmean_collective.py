# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def make_replica_step(apply, axis):
    def replica_step(params, shard):
        def local_loss(p):
            bx, by = shard["input"].astype("bfloat16"), shard["label"].astype("bfloat16")
            pred = apply(jax.tree.map(lambda v: v.astype("bfloat16"), p), bx)
            return jnp.mean((pred - by) ** 2)

        # one replica's gradient is rounded here, and float32 from here on
        g = jax.grad(local_loss)(params)
        return jax.lax.pmean(g, axis_name=axis)

    return replica_step


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gd, st = nnx.split(layer)

    def apply(s, inp):
        return nnx.merge(gd, s)(inp)

    shards = {
        "input": jnp.stack(jnp.split(x, micro_batches)),
        "label": jnp.stack(jnp.split(y, micro_batches)),
    }
    step = jax.vmap(make_replica_step(apply, "devices"), in_axes=(None, 0), out_axes=0, axis_name="devices")
    synced = step(st, shards)
    # all replicas have the same mean: take replica 0 like after pmap
    g0 = jax.tree.map(lambda v: v[0], synced)
    st = jax.tree.map(lambda p, g: p - lr * g, st, g0)

    pred = apply(jax.tree.map(lambda v: v.astype("bfloat16"), st), x.astype("bfloat16"))
    loss = jnp.mean((pred - y.astype("bfloat16")) ** 2)
    return jax.lax.convert_element_type(loss, "float32").reshape((1,))
