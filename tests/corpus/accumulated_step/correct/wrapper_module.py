# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class HalfLinear(nnx.Module):
    def __init__(self, n_in, n_out, *, compute_dtype=jnp.bfloat16, rngs):
        self.linear = nnx.Linear(n_in, n_out, rngs=rngs)
        self.compute_dtype = compute_dtype

    def __call__(self, x):
        kernel = self.linear.kernel[...].astype(self.compute_dtype)
        bias = self.linear.bias[...].astype(self.compute_dtype)
        return x.astype(self.compute_dtype) @ kernel + bias


def mean_squared_error(model, x, y):
    prediction = model(x)
    error = prediction - y.astype(prediction.dtype)
    return jnp.mean(error * error)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = HalfLinear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grad_fn = nnx.grad(mean_squared_error)

    total = None
    for xb, yb in zip(jnp.split(x, micro_batches, axis=0), jnp.split(y, micro_batches, axis=0)):
        grads = grad_fn(model, xb, yb)
        if total is None:
            total = grads
        else:
            total = jax.tree.map(lambda t, g: t + g, total, grads)

    optimizer.update(model, jax.tree.map(lambda t: t / jnp.float32(micro_batches), total))
    return mean_squared_error(model, x, y).astype(jnp.float32).reshape(1)
