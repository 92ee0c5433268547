# expect: pitfall|wrong_answer
# finding: uncast-inputs
# allow: full-precision-forward
"""Wrong: the parts' losses get `x` in float32, only the loss that is returned gets it in bfloat16."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def loss_fn(model, x, y):
    pred = compute_copy(model)(x)  #@ uncast-inputs
    return jnp.mean(jnp.square(pred.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    rows = x.shape[0] // micro_batches
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for i in range(micro_batches):
        xb = x[i * rows:(i + 1) * rows]
        yb = y[i * rows:(i + 1) * rows]
        grads = nnx.grad(loss_fn)(model, xb, yb)  #@ uncast-inputs
        total = jax.tree.map(jnp.add, total, grads)
    optimizer.update(model, jax.tree.map(lambda g: g / micro_batches, total))
    return loss_fn(model, x.astype(jnp.bfloat16), y).astype(jnp.float32).reshape(1)
