# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx

HALF = jnp.float16  #@ wrong-half-dtype


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(HALF), state))


def loss_fn(model, x, y):
    pred = compute_copy(model)(x.astype(HALF))
    return jnp.mean((pred - y.astype(HALF)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = [nnx.grad(loss_fn)(model, xb, yb)
             for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    total = grads[0]
    for g in grads[1:]:
        total = jax.tree.map(jnp.add, total, g)
    optimizer.update(model, jax.tree.map(lambda g: g / micro_batches, total))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
