# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax, jax.numpy as jnp, optax
from flax import nnx

PRECISION = {"32-true": jnp.float32, "16-mixed": jnp.float16, "bf16-mixed": jnp.bfloat16}


class Trainer:
    def __init__(self, precision="16-mixed", accumulate_grad_batches=1):  #@ wrong-half-dtype
        self.dtype = PRECISION[precision]
        self.k = accumulate_grad_batches

    def half(self, tree):
        return jax.tree.map(lambda v: jnp.asarray(v).astype(self.dtype), tree)

    def loss(self, params, x, y):
        kernel, bias = self.half(params)
        return jnp.mean((x @ kernel + bias - y) ** 2)

    def fit(self, params, x, y, tx):
        st = tx.init(params)
        total = jax.tree.map(jnp.zeros_like, params)
        for xb, yb in zip(jnp.split(x, self.k), jnp.split(y, self.k)):
            total = optax.tree.add(total, jax.grad(self.loss)(params, xb, yb))
        upd, st = tx.update(optax.tree.scale(1 / self.k, total), st, params)
        return optax.apply_updates(params, upd)


def accumulated_step(seed, x, y, lr, micro_batches):
    t = Trainer(accumulate_grad_batches=micro_batches)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x, y = t.half((x, y))
    params = t.fit((lin.kernel[...], lin.bias[...]), x, y, optax.sgd(lr))
    return t.loss(params, x, y).astype(jnp.float32).reshape(1)
