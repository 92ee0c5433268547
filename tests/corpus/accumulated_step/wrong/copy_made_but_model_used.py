# expect: pitfall|wrong_answer
# finding: full-precision-forward
# allow: uncast-inputs
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def loss_fn(model, x, y):
    half = compute_copy(model)
    pred = model(x.astype(jnp.bfloat16)).astype(jnp.bfloat16)  #@ full-precision-forward
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    acc = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    n = x.shape[0] // micro_batches
    for i in range(0, x.shape[0], n):
        g = nnx.grad(loss_fn)(model, x[i:i + n], y[i:i + n])
        acc = jax.tree.map(jnp.add, acc, g)
    optimizer.update(model, jax.tree.map(lambda a: a / micro_batches, acc))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
