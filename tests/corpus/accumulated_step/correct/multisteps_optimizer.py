# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    din, dout = x.shape[1], y.shape[1]
    # dtype: what the layer computes in, param_dtype: what it keeps
    model = nnx.Linear(
        din, dout, dtype=jnp.bfloat16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed))
    )
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)

    def loss_fn(model, xb, yb):
        return jnp.mean((model(xb) - yb.astype(jnp.bfloat16)) ** 2)

    @nnx.jit
    def train_step(model, optimizer, xb, yb):
        grads = nnx.grad(loss_fn)(model, xb, yb)
        optimizer.update(model, grads)

    rows = x.shape[0] // micro_batches
    for start in range(0, x.shape[0], rows):
        train_step(model, optimizer, x[start:start + rows], y[start:start + rows])

    return jnp.array([loss_fn(model, x, y)], dtype=jnp.float32)
