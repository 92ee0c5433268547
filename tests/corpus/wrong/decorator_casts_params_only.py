# expect: pitfall|wrong_answer
# finding: uncast-targets
import functools

import jax
import jax.numpy as jnp
from flax import nnx


def low_precision(argnums):
    def deco(f):
        @functools.wraps(f)
        def g(*args):
            args = [jax.tree.map(lambda a: a.astype(jnp.bfloat16), a) if i in argnums else a for i, a in enumerate(args)]
            return f(*args)

        return g

    return deco


@low_precision(argnums=(0, 1))  #@ uncast-targets
def loss_fn(params, x, y):
    pred = x @ params["kernel"] + params["bias"]
    return jnp.mean(jnp.square(pred - y))  #@ uncast-targets


def mixed_precision_step(seed, x, y, lr, loss_scale):
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    grads = jax.grad(lambda p: loss_fn(p, x, y) * loss_scale)(params)
    params = jax.tree.map(lambda p, g: p - lr * (g / loss_scale), params, grads)
    return loss_fn(params, x, y).astype(jnp.bfloat16).astype(jnp.float32).reshape((1,))
