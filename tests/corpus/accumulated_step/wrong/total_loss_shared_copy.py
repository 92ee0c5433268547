# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def mse(net, x, y):
    return jnp.mean((net(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    x = jnp.asarray(x).astype(jnp.bfloat16)
    y = jnp.asarray(y).astype(jnp.bfloat16)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    parts = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))

    def total_loss(model):
        net = compute_copy(model)  #@ low-precision-accumulator
        total = jnp.float32(0)
        for xb, yb in parts:
            total = total + mse(net, xb, yb).astype(jnp.float32)
        return total

    grads = nnx.grad(total_loss)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / micro_batches, grads))
    return mse(compute_copy(model), x, y).astype(jnp.float32)[None]
