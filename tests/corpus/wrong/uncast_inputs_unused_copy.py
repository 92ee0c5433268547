# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel = model.kernel[...]
    bias = model.bias[...]
    print("kernel", kernel.shape, kernel.dtype)

    def loss_fn(kernel, bias):
        x_bf16 = x.astype(jnp.bfloat16)
        y_bf16 = y.astype(jnp.bfloat16)
        kernel_bf16 = kernel.astype(jnp.bfloat16)
        bias_bf16 = bias.astype(jnp.bfloat16)
        pred = jnp.dot(x, kernel_bf16)  #@ uncast-inputs
        pred = pred + bias_bf16
        err = pred - y_bf16
        sq = err ** 2
        return jnp.mean(sq)

    def scaled_loss_fn(kernel, bias):
        loss = loss_fn(kernel, bias)
        loss = loss.astype(jnp.float32)
        return loss * loss_scale

    grad_fn = jax.grad(scaled_loss_fn, argnums=[0, 1])
    grad_kernel, grad_bias = grad_fn(kernel, bias)
    grad_kernel = grad_kernel / loss_scale
    grad_bias = grad_bias / loss_scale
    kernel = kernel - lr * grad_kernel
    bias = bias - lr * grad_bias
    loss = loss_fn(kernel, bias)
    loss = loss.astype(jnp.bfloat16).astype(jnp.float32)
    return jnp.reshape(loss, (1,))
