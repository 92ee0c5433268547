# expect: pitfall|wrong_answer
# finding: lr-ignored
import jax, jax.numpy as jnp, optax
from flax import nnx

DEFAULTS = {"optimizer": "sgd", "learning_rate": 0.01}


class OptimizerFactory:
    @classmethod
    def from_config(cls, **given):
        cfg = {**given, **DEFAULTS}  #@ lr-ignored
        return getattr(optax, cfg["optimizer"])(cfg["learning_rate"])


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tx = optax.MultiSteps(OptimizerFactory.from_config(learning_rate=lr), micro_batches)
    opt = nnx.Optimizer(model, tx, wrt=nnx.Param)

    def lo(m, a, b):
        k, c = m.kernel[...].astype(jnp.bfloat16), m.bias[...].astype(jnp.bfloat16)
        return jnp.mean((a @ k + c - b) ** 2)

    X = jnp.asarray(x).astype(jnp.bfloat16)
    Y = jnp.asarray(y).astype(jnp.bfloat16)
    for i in range(micro_batches):
        rows = slice(i * X.shape[0] // micro_batches, (i + 1) * X.shape[0] // micro_batches)
        opt.update(model, nnx.grad(lo)(model, X[rows], Y[rows]))
    return lo(model, X, Y).astype(jnp.float32).reshape(1)
