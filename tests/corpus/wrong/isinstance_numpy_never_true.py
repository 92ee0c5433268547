# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def to_half(leaf):
    # only arrays can be cast
    return leaf.astype(jnp.bfloat16) if isinstance(leaf, np.ndarray) else leaf  #@ full-precision-forward


def mse(p, x, y):
    w, b = map(to_half, p)
    return jnp.mean((jnp.dot(x, w) + b - y) ** 2).astype(jnp.bfloat16)  #@ full-precision-forward


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (model.kernel[...], model.bias[...])
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    tx = optax.chain(optax.scale(1 / loss_scale), optax.sgd(lr))
    g = jax.grad(lambda q: mse(q, x, y).astype(jnp.float32) * loss_scale)(p)
    p = optax.apply_updates(p, tx.update(g, tx.init(p))[0])
    return mse(p, x, y).astype(jnp.float32).reshape(1)
