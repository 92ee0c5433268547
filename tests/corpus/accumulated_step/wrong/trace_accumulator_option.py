# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx

CFG = {
    "compute": "bfloat16",
    "acc": "bfloat16",  #@ low-precision-accumulator, low-precision-grads
}


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gd, theta = nnx.split(net)
    c = jnp.dtype(CFG["compute"])

    def loss(theta, a, b):
        e = nnx.merge(gd, optax.tree.cast(theta, c))(a.astype(c)) - b.astype(c)
        return jnp.mean(e ** 2)

    summer = optax.trace(decay=1.0, accumulator_dtype=CFG["acc"])  #@ low-precision-accumulator, low-precision-grads
    s = summer.init(theta)
    m = x.shape[0] // micro_batches
    for i in range(micro_batches):
        g = jax.grad(loss)(theta, x[i * m:(i + 1) * m], y[i * m:(i + 1) * m])
        total, s = summer.update(g, s)
    tx = optax.chain(optax.scale(1 / micro_batches), optax.sgd(lr))
    u, _ = tx.update(total, tx.init(theta))
    theta = optax.apply_updates(theta, u)
    return loss(theta, x, y).astype(jnp.float32).reshape(1)
