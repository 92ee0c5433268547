# expect: pitfall|wrong_answer
# finding: update-discarded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def loss_fn(model, x, y):
    pred = compute_copy(model)(x.astype(jnp.bfloat16))
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def apply_mean(model, mean, lr):
    trained = nnx.clone(model)  #@ update-discarded
    optimizer = nnx.Optimizer(trained, optax.sgd(lr), wrt=nnx.Param)
    optimizer.update(trained, mean)  #@ update-discarded


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    total = None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = nnx.grad(loss_fn)(model, xb, yb)
        total = g if total is None else jax.tree.map(jnp.add, total, g)
    apply_mean(model, jax.tree.map(lambda t: t / micro_batches, total), lr)  #@ update-discarded
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
