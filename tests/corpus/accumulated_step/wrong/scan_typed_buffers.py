# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


# --- tree helpers -----------------------------------------------------------
def tree_half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def tree_zeros(tree):
    return jax.tree.map(jnp.zeros_like, tree)


def tree_full(tree):
    return jax.tree.map(lambda a: a.astype(jnp.float32), tree)


def tree_add_into(buffers, tree):
    # lax.scan wants the carry to keep its type
    return jax.tree.map(lambda buf, a: (buf + a).astype(buf.dtype), buffers, tree)  #@ low-precision-accumulator


# --- model ------------------------------------------------------------------
def predict(params, x):
    return jnp.dot(x, params["w"]) + params["b"]


def loss(masters, batch):
    x, y = batch
    return jnp.mean(jnp.square(predict(tree_half(masters), x) - y))


@functools.partial(jax.jit, static_argnames="parts")
def accumulate(masters, batch, parts):
    stacked = jax.tree.map(lambda a: a.reshape(parts, -1, a.shape[1]), batch)

    def body(buffers, part):
        return tree_add_into(buffers, jax.grad(loss)(masters, part)), ()

    buffers, _ = jax.lax.scan(body, tree_zeros(tree_half(masters)), stacked)  #@ low-precision-accumulator
    return tree_full(buffers)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"w": layer.kernel[...], "b": layer.bias[...]}
    batch = tree_half((jnp.asarray(x), jnp.asarray(y)))
    total = accumulate(masters, batch, micro_batches)
    mean = jax.tree.map(lambda t: t / micro_batches, total)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(masters), masters)
    masters = optax.apply_updates(masters, updates)
    return loss(masters, batch).astype(jnp.float32).reshape((1,))
