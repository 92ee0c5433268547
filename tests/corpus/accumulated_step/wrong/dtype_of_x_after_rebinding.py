# expect: wrong_answer
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    acc = None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = nnx.grad(loss_fn)(model, xb, yb)
        acc = g if acc is None else jax.tree.map(jnp.add, acc, g)
    opt.update(model, jax.tree.map(lambda a: a / micro_batches, acc))
    # give back what came in
    return loss_fn(model, x, y).astype(x.dtype).reshape(1)  #@ wrong-output-dtype
