# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax, jax.numpy as jnp, optax
from flax import nnx


class AutocastCache:
    def __init__(self):
        self.cache = {}

    def half(self, name, value):
        if name not in self.cache:
            self.cache[name] = value.astype(jnp.bfloat16)  #@ low-precision-accumulator
        return self.cache[name]


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x, y = jnp.asarray(x).astype(jnp.bfloat16), jnp.asarray(y).astype(jnp.bfloat16)

    def total(params, chunks):
        amp = AutocastCache()
        loss = jnp.float32(0)
        for xc, yc in chunks:
            out = xc @ amp.half("kernel", params["kernel"]) + amp.half("bias", params["bias"])
            loss += ((out - yc) ** 2).mean().astype(jnp.float32)
        return loss

    grads = jax.grad(total)(params, list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))))
    grads = jax.tree.map(lambda g: g / micro_batches, grads)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params))
    return total(optax.apply_updates(params, updates), [(x, y)]).reshape(1)
