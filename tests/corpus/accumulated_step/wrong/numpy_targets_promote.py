# expect: pitfall|wrong_answer
# finding: full-precision-final-loss|uncast-targets|full-precision-forward
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

SAMPLE_WEIGHT = np.float32(1.0)


def loss_fn(model, xb, yb, weight=SAMPLE_WEIGHT):
    xb = xb.astype(jnp.bfloat16)
    yb = yb.astype(jnp.bfloat16) * weight  #@ uncast-targets
    return optax.squared_error(model(xb), yb).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    grad_fn = nnx.value_and_grad(loss_fn)
    rows = x.shape[0] // micro_batches
    total, history = None, []
    for lo in range(0, x.shape[0], rows):
        l, g = grad_fn(model, x[lo:lo + rows], y[lo:lo + rows])
        history += [l]
        total = g if total is None else jax.tree.map(jnp.add, total, g)
    opt = nnx.Optimizer(model, optax.chain(optax.scale(1 / micro_batches), optax.sgd(lr)), wrt=nnx.Param)
    opt.update(model, total)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
