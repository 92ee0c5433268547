# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class HalfLinear(nnx.Module):
    """fp32 storage, bf16 arithmetic."""

    def __init__(self, d_in, d_out, *, rngs: nnx.Rngs):
        self.inner = nnx.Linear(d_in, d_out, rngs=rngs)

    def __call__(self, x):
        w = self.inner.kernel[...].astype(jnp.bfloat16)
        b = self.inner.bias[...].astype(jnp.bfloat16)
        return jnp.einsum("nd,dk->nk", x.astype(jnp.bfloat16), w) + b[None, :]


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = HalfLinear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(net):
        err = net(x) - y.astype(jnp.bfloat16)
        loss = jnp.sum(err * err, dtype=jnp.float32) / err.size
        return loss.astype(jnp.bfloat16)

    def scaled_loss(net):
        plain = loss_fn(net)
        return plain.astype(jnp.float32) * loss_scale, plain

    (_, before), grads = nnx.value_and_grad(scaled_loss, has_aux=True)(net)
    optimizer.update(net, jax.tree.map(lambda g: g / loss_scale, grads))
    after = loss_fn(net)
    return jnp.stack([before, after]).astype(jnp.float32)[1:]
