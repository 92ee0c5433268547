# expect: accepted
from functools import partial, reduce

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Policy:
    def __init__(self, param, compute, output):
        self.dtypes = dict(param=param, compute=compute, output=output)

    def __getattr__(self, name):
        if not name.startswith("to_"):
            raise AttributeError(name)
        dtype = self.dtypes[name[3:]]
        return lambda tree: jax.tree.map(lambda a: jnp.asarray(a, dtype), tree)


policy = Policy(param=jnp.float32, compute=jnp.float16, output=jnp.float32)


@jax.jit
def loss_fn(params, batch):
    params, (x, y) = policy.to_compute((params, batch))
    return jnp.mean(optax.squared_error(x @ params["kernel"] + params["bias"], y))


@partial(jax.jit, static_argnames="scale")
def grads_fn(params, batch, scale):
    g = jax.grad(lambda p: policy.to_output(loss_fn(p, batch)) * scale)(params)
    return jax.tree.map(lambda a: a / scale, policy.to_param(g))


@jax.jit
def is_finite(tree):
    return reduce(jnp.logical_and, (jnp.isfinite(a).all() for a in jax.tree.leaves(tree)))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.to_pure_dict(nnx.state(lin))
    batch = (x, y)
    grads = grads_fn(params, batch, loss_scale)
    match bool(is_finite(grads)), good_steps + 1 == growth_interval:
        case True, True:
            s, n = min(loss_scale * 2, 2.0**24), 0
        case True, False:
            s, n = loss_scale, good_steps + 1
        case _:
            s, n = max(loss_scale / 2, 1.0), 0
    if is_finite(grads):
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    return policy.to_output(jnp.array([policy.to_output(loss_fn(params, batch)), s, n]))
