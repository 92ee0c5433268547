# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
# allow: uncast-inputs
# allow: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_loss(dtype):
    def loss(params, x, y):
        p, x, y = jax.tree.map(lambda a: a.astype(dtype), (params, x, y))
        return jnp.mean(jnp.square(x @ p["kernel"] + p["bias"] - y))  #@ full-precision-final-loss
    return loss


train = make_loss(jnp.bfloat16)
evaluate = make_loss(jnp.float32)  #@ full-precision-final-loss


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    parts = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    acc = jax.tree.map(jnp.zeros_like, params)
    for xb, yb in parts:
        acc = jax.tree.map(lambda a, g: a + g, acc, jax.grad(train)(params, xb, yb))
    tx = optax.sgd(lr)
    upd, _ = tx.update(jax.tree.map(lambda a: a / len(parts), acc), tx.init(params))
    params = optax.apply_updates(params, upd)
    return evaluate(params, x, y).reshape(1)  #@ full-precision-final-loss
