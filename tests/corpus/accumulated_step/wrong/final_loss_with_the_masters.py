# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
# allow: uncast-inputs
# allow: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def loss_fn(model, x, y):
    return jnp.mean((compute_copy(model)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    n = x.shape[0] // micro_batches
    acc = nnx.grad(loss_fn)(model, x[:n], y[:n])
    for i in range(1, micro_batches):
        g = nnx.grad(loss_fn)(model, x[i * n:(i + 1) * n], y[i * n:(i + 1) * n])
        acc = jax.tree.map(jnp.add, acc, g)
    optimizer.update(model, jax.tree.map(lambda a: a / micro_batches, acc))
    final = jnp.mean((model(x) - y) ** 2)  #@ full-precision-final-loss
    return final.reshape(1)
