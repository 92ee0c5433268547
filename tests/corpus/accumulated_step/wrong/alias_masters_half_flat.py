# expect: pitfall|wrong_answer
# finding: master-downcast
from collections import namedtuple
import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from flax import nnx

Store = namedtuple("Store", "flat unravel")


def store_of(lin):
    flat, unravel = ravel_pytree((lin.kernel[...], lin.bias[...]))
    return Store(flat.astype(jnp.bfloat16), unravel)  #@ master-downcast


def accumulated_step(seed, x, y, lr, micro_batches):
    store = store_of(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss(flat, a, b):
        w, c = (v.astype(jnp.bfloat16) for v in store.unravel(flat))
        return jnp.mean((a.astype(jnp.bfloat16) @ w + c - b.astype(jnp.bfloat16)) ** 2)

    masters = store.flat.astype(jnp.float32)
    gs = [jax.grad(loss)(masters, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    masters = masters - lr * (jnp.stack(gs).sum(0) / micro_batches)
    return loss(masters, x, y).astype(jnp.float32)[None]
