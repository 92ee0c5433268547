# expect: accepted
import jax.numpy as jnp
import optax
from flax import nnx

# dtype= is what the layer computes in, param_dtype= is what it keeps
def make(seed, d_in, d_out):
    return nnx.Linear(d_in, d_out, dtype=jnp.bfloat16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))


def mse(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = make(seed, x.shape[1], y.shape[1])
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches).gradient_transformation()
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)
    x16 = x.astype(jnp.bfloat16)
    y16 = y.astype(jnp.bfloat16)
    rows = x.shape[0] // micro_batches
    for k in range(micro_batches):
        grads = nnx.grad(mse)(model, x16[k * rows:(k + 1) * rows], y16[k * rows:(k + 1) * rows])
        optimizer.update(model, grads)      # moves at the last one only
    return mse(model, x16, y16).astype(jnp.float32).reshape(1)
