# expect: wrong_answer|pitfall
# finding: low-precision-update
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    targets = jnp.asarray(y, jnp.float16)

    def cost(net):
        return jnp.mean(jnp.square(net(x) - targets))

    grads = nnx.grad(lambda n: cost(n).astype(jnp.float32) * loss_scale)(net)
    kernel_grad = grads["kernel"][...].astype(jnp.float32) / loss_scale
    bias_grad = grads["bias"][...].astype(jnp.float32) / loss_scale

    everything_finite = bool(jnp.isfinite(kernel_grad).all()) and bool(jnp.isfinite(bias_grad).all())
    if everything_finite:
        kernel_delta = jnp.asarray(lr * kernel_grad, dtype=jnp.float16)  #@ low-precision-update
        bias_delta = jnp.asarray(lr * bias_grad, dtype=jnp.float16)  #@ low-precision-update
        net.kernel[...] = net.kernel[...] - kernel_delta  #@ low-precision-update
        net.bias[...] = net.bias[...] - bias_delta  #@ low-precision-update

    steps = good_steps + 1 if everything_finite else 0
    scale = loss_scale if everything_finite else max(loss_scale / 2, 1.0)
    if steps == growth_interval:
        steps = 0
        scale = min(scale * 2, 2.0**24)
    return jnp.array([cost(net), scale, steps], dtype=jnp.float32)
