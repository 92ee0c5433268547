# expect: accepted
import functools
import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec as P
from flax import nnx
import optax

mesh = Mesh(np.array(jax.devices()[:1]), ('data',))
rows = NamedSharding(mesh, P('data', None))
everywhere = NamedSharding(mesh, P())


def forward(params, x):
    return jax.vmap(lambda row: params['kernel'].T @ row + params['bias'])(x)


@functools.partial(jax.jit, static_argnames=('tx', 'compute'))
def step(params, opt_state, batch, loss_scale, *, tx, compute):
    x, y = jax.tree.map(lambda a: jax.lax.with_sharding_constraint(a.astype(compute), rows), batch)

    @functools.partial(jax.checkpoint, policy=jax.checkpoint_policies.nothing_saveable)
    def scaled_loss(params):
        half = jax.tree.map(lambda p: jax.lax.with_sharding_constraint(p.astype(compute), everywhere), params)
        loss = jnp.mean(jnp.square(forward(half, x) - y)).astype(jnp.float32)
        return loss * loss_scale

    grads = jax.grad(scaled_loss)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, opt_state = tx.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)
    return params, opt_state, scaled_loss(params) / loss_scale


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.to_pure_dict(nnx.state(model, nnx.Param))
    tx = optax.sgd(lr)
    _, _, loss = step(params, tx.init(params), (x, y), jnp.float32(loss_scale), tx=tx, compute=jnp.dtype(jnp.bfloat16))
    return jnp.expand_dims(loss, 0)
