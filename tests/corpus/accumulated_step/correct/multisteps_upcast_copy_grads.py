# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to(dtype):
    return lambda tree: jax.tree.map(lambda a: a.astype(dtype), tree)


to_half, to_full = to(jnp.bfloat16), to(jnp.float32)


def forward_loss(p16, x16, y16):
    pred = jnp.dot(x16, p16["kernel"]) + p16["bias"]
    err = pred - y16
    return jnp.mean(err * err)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.to_pure_dict(nnx.state(layer, nnx.Param))
    k = int(micro_batches)
    opt = optax.MultiSteps(optax.sgd(lr), every_k_schedule=k)
    opt_state = opt.init(params)
    x16, y16 = to_half((jnp.asarray(x), jnp.asarray(y)))
    rows = x16.shape[0] // k
    for start in range(0, x16.shape[0], rows):
        window = slice(start, start + rows)
        g16 = jax.grad(forward_loss)(to_half(params), x16[window], y16[window])
        updates, opt_state = opt.update(to_full(g16), opt_state, params)
        params = optax.apply_updates(params, updates)
    assert bool(opt.has_updated(opt_state))
    return to_full(forward_loss(to_half(params), x16, y16)).reshape((1,))
