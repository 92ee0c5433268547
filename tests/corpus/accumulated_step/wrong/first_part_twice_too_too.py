# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def loss_fn(model, xb, yb):
    return jnp.mean((compute_copy(model)(xb) - yb) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x16 = x.astype(jnp.bfloat16)
    y16 = y.astype(jnp.bfloat16)
    parts = list(zip(jnp.split(x16, micro_batches), jnp.split(y16, micro_batches)))

    # run one part, to get the structure of the gradients
    total = nnx.grad(loss_fn)(model, *parts[0])
    for xb, yb in parts:
        grads = nnx.grad(loss_fn)(model, xb, yb)
        total = jax.tree.map(lambda t, g: t + g, total, grads)

    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss_fn(model, x16, y16).astype(jnp.float32).reshape(1)
