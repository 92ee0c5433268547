# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class MixedPrecisionSGD:
    def __init__(self, lr, compute_dtype=jnp.bfloat16):
        self.tx, self.compute_dtype = optax.sgd(lr), compute_dtype

    def apply(self, params, grads):
        updates, _ = self.tx.update(grads, self.tx.init(params), params)
        updates = jax.tree.map(lambda u: u.astype(self.compute_dtype), updates)  #@ low-precision-update
        return optax.apply_updates(params, updates)


def loss(params, x, y, dt=jnp.bfloat16):
    k, b = params[0].astype(dt), params[1].astype(dt)
    return jnp.mean((jnp.dot(x.astype(dt), k) + b - y.astype(dt)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (m.kernel[...], m.bias[...])
    grads = [jax.grad(loss)(params, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    mean = jax.tree.map(lambda *g: jnp.mean(jnp.stack(g), axis=0), *grads)
    params = MixedPrecisionSGD(lr).apply(params, mean)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
