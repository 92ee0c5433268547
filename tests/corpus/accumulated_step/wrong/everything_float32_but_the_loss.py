# expect: pitfall|wrong_answer
# finding: full-precision-forward
# allow: full-precision-final-loss
# allow: uncast-inputs
# allow: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    pred = model(x)  #@ full-precision-forward
    loss = jnp.mean((pred - y) ** 2)
    return loss.astype(jnp.bfloat16)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    acc = None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = nnx.grad(loss_fn)(model, xb, yb)
        acc = g if acc is None else jax.tree.map(jnp.add, acc, g)
    optimizer.update(model, jax.tree.map(lambda a: a / micro_batches, acc))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
