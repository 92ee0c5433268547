# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(graphdef, params, xb, yb):
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    net = nnx.merge(graphdef, half)
    err = net(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)
    return jnp.mean(err ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(net, nnx.Param)
    opt = optax.MultiSteps(optax.chain(optax.identity(), optax.sgd(lr)), every_k_schedule=micro_batches)
    state = opt.init(params)
    rows = len(x) // micro_batches
    grad_fn = jax.grad(loss_fn, argnums=1)
    before = params
    for start in range(0, len(x), rows):
        g = grad_fn(graphdef, before, x[start:start + rows], y[start:start + rows])
        updates, state = opt.update(g, state, params)
        params = optax.apply_updates(params, updates)   # + 0 until the last one
    return loss_fn(graphdef, params, x, y).astype(jnp.float32)[jnp.newaxis]
