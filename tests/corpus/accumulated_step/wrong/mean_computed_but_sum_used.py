# expect: wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
from flax import nnx


def mse(kernel, bias, x, y):
    kernel, bias, x, y = (a.astype(jnp.bfloat16) for a in (kernel, bias, x, y))
    return jnp.mean(jnp.square(x @ kernel + bias - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = model.kernel[...], model.bias[...]
    grad_kernel = jnp.zeros_like(kernel)
    grad_bias = jnp.zeros_like(bias)
    n = x.shape[0] // micro_batches
    for i in range(micro_batches):
        gk, gb = jax.grad(mse, argnums=(0, 1))(kernel, bias, x[i*n:(i+1)*n], y[i*n:(i+1)*n])
        grad_kernel += gk
        grad_bias += gb

    mean_kernel = grad_kernel / micro_batches
    mean_bias = grad_bias / micro_batches

    kernel = kernel - lr * grad_kernel  #@ summed-grads
    bias = bias - lr * grad_bias  #@ summed-grads
    return mse(kernel, bias, x, y).astype(jnp.float32).reshape(1)
