# expect: pitfall|wrong_answer
# finding: low-precision-grads
import functools
import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, PartitionSpec as P
from flax import nnx
import optax

MESH = Mesh(np.array(jax.devices()[:1]), ('dp',))


def local_loss(params, x, y):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    return jnp.mean(jnp.square(x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16))).astype(jnp.float32)


def all_reduce(g):
    return jax.lax.pmean(g.astype(jnp.bfloat16), 'dp').astype(jnp.float32)  #@ low-precision-grads


def worker(params, x, y, scale):
    params = jax.lax.pcast(params, 'dp', to='varying')
    grads = jax.grad(lambda p: local_loss(p, x, y) * scale)(params)
    grads = jax.tree.map(lambda g: g / scale, grads)
    return jax.tree.map(all_reduce, grads)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    spread = jax.shard_map(worker, mesh=MESH, in_specs=(P(), P('dp'), P('dp'), P()), out_specs=P())
    grads = spread(params, x, y, jnp.float32(loss_scale))
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    return jnp.array([local_loss(optax.apply_updates(params, updates), x, y)])
