# expect: pitfall|wrong_answer
# finding: summed-grads
"""Wrong: `use_grad_mean=False` makes MultiSteps hand on the sum."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    model = nnx.merge(graphdef, optax.tree.cast(state, jnp.bfloat16))
    return jnp.mean((model(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tx = optax.MultiSteps(optax.sgd(lr), micro_batches, use_grad_mean=False)  #@ summed-grads
    opt = nnx.Optimizer(model, tx, wrt=nnx.Param)
    size = x.shape[0] // micro_batches
    for k in range(micro_batches):
        part = slice(size * k, size * (k + 1))
        opt.update(model, nnx.grad(loss_fn)(model, x[part], y[part]))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
