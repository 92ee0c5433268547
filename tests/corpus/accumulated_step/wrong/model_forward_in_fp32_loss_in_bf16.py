# expect: pitfall|wrong_answer
# finding: full-precision-forward
# allow: full-precision-final-loss
# allow: uncast-inputs
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    pred = model(x.astype(jnp.bfloat16))  #@ full-precision-forward
    err = pred.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)
    return jnp.mean(err ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    total = None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = nnx.grad(loss_fn)(model, xb, yb)
        total = grads if total is None else jax.tree.map(jnp.add, total, grads)
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
