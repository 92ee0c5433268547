# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, PartitionSpec as P
from flax import nnx

mesh_axis = "data"


def loss_fn(params, x, y):
    w, b = [p.astype(jnp.bfloat16) for p in params]
    return jnp.mean(((x.astype(jnp.bfloat16) @ w + b) - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    mesh = Mesh(np.array(jax.devices()[:1]), (mesh_axis,))
    m = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    params = (m.kernel[...], m.bias[...])

    def shard_step(params, x, y):
        grads = jax.grad(lambda p: loss_fn(p, x, y) * loss_scale)(params)
        grads = jax.tree.map(lambda g: jax.lax.pmean(g, mesh_axis) / loss_scale, grads)
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
        return params, jax.lax.pmean(loss_fn(params, x, y), mesh_axis)

    step = jax.shard_map(shard_step, mesh=mesh, in_specs=(P(), P(mesh_axis), P(mesh_axis)),
                         out_specs=(P(), P()), check_vma=False)
    params, loss = step(params, x, y)
    return loss.reshape(1)
