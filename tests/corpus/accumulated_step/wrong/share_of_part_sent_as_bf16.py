# expect: pitfall|wrong_answer
# finding: low-precision-grads
# allow: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compress(tree):
    """half of the traffic"""
    return jax.tree.map(lambda t: t.astype(jnp.bfloat16), tree)  #@ low-precision-grads


def decompress(tree):
    return jax.tree.map(lambda t: t.astype(jnp.float32), tree)


def loss_fn(model, x, y):
    return jnp.mean(jnp.square(model(x) - y))


def part(model, x, y, weight):
    grads = nnx.grad(loss_fn)(model, x, y)
    return jax.tree.map(lambda g: g * weight, grads)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    total = None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        msg = compress(part(model, xb, yb, 1.0 / micro_batches))  #@ low-precision-grads
        got = decompress(msg)
        total = got if total is None else jax.tree.map(jnp.add, total, got)
    opt.update(model, total)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
