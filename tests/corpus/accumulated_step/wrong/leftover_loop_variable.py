# expect: wrong_answer|pitfall
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def loss_fn(model, inputs, targets):
    inputs, targets = inputs.astype(jnp.bfloat16), targets.astype(jnp.bfloat16)
    return jnp.mean((compute_copy(model)(inputs) - targets) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    size = x.shape[0] // micro_batches
    batches = [(x[k:k + size], y[k:k + size]) for k in range(0, x.shape[0], size)]

    mean_grads = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), nnx.state(model, nnx.Param))
    for xb, yb in batches:
        g = nnx.grad(loss_fn)(model, xb, yb)
        mean_grads = jax.tree.map(lambda a, b: a + b / micro_batches, mean_grads, g)

    optimizer.update(model, mean_grads)
    loss = loss_fn(model, xb, yb)  #@ partial-loss-returned
    return loss.astype(jnp.float32).reshape(1)
