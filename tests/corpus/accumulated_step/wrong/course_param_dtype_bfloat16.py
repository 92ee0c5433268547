# expect: pitfall|wrong_answer
# finding: master-downcast
# allow: low-precision-update
# allow: low-precision-grads
# allow: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], param_dtype=jnp.bfloat16, dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))  #@ master-downcast
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    acc = None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = nnx.grad(loss_fn)(model, xb, yb)
        g = jax.tree.map(lambda t: t.astype(jnp.float32), g)
        acc = g if acc is None else jax.tree.map(jnp.add, acc, g)
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, acc))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
