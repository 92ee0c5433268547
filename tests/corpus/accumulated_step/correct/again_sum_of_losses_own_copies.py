# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

bf = jnp.bfloat16


def one(model, x, y):
    g, s = nnx.split(model, nnx.Param)
    m = nnx.merge(g, jax.tree.map(lambda p: p.astype(bf), s))     # its own copy in each call
    return jnp.mean(jnp.square(m(x.astype(bf)) - y.astype(bf)))


def all_parts(model, xs, ys):
    total = jnp.float32(0)
    for a, b in zip(xs, ys):
        total = total + one(model, a, b).astype(jnp.float32)
    return total


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(all_parts)(model, jnp.split(x, micro_batches), jnp.split(y, micro_batches))
    opt.update(model, jax.tree.map(lambda g: g / micro_batches, grads))
    return one(model, x, y).astype(jnp.float32).reshape(-1)
