# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx

COMPUTE = jnp.dtype("half")  #@ wrong-half-dtype


def loss_fn(model, x, y):
    pred = model(x)
    return jnp.mean((pred - y.astype(COMPUTE)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=COMPUTE, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))  #@ wrong-half-dtype
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    total = None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = nnx.grad(loss_fn)(model, xb, yb)
        total = g if total is None else jax.tree.map(jnp.add, total, g)
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss_fn(model, x, y).astype(jnp.float32)[None]
