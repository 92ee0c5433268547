# expect: accepted
# allow: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx

to16 = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)
to32 = lambda t: jax.tree.map(lambda a: a.astype(jnp.float32), t)


def member(params, graphdef, x, y, lr, scale):
    tx = optax.sgd(lr)

    def loss(p):
        m, a, b = nnx.merge(graphdef, to16(p)), to16(x), to16(y)
        return jnp.mean(jnp.square(m(a) - b))

    g = jax.grad(lambda p: loss(p).astype(jnp.float32) * scale)(params)
    # half the traffic: they are bf16 numbers anyway as long as they are scaled
    g = to32(jax.lax.pmean(to16(g), 'replicas'))
    g = jax.tree.map(lambda a: a / scale, g)
    u, _ = tx.update(g, tx.init(params), params)
    return loss(optax.apply_updates(params, u)).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    stack = jax.tree.map(lambda a: a[None], (params, x, y))
    run = jax.vmap(lambda p, a, b: member(p, graphdef, a, b, lr, loss_scale), axis_name='replicas')
    return run(*stack)
