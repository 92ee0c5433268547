# expect: wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Net(nnx.Module):
    def __init__(self, d_in, d_out, rngs):
        self.fc = nnx.Linear(d_in, d_out, rngs=rngs)

    def loss(self, x, y):
        w = self.fc.kernel[...].astype(jnp.float16)
        b = self.fc.bias[...].astype(jnp.float16)
        err = x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)
        return jnp.mean(err**2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    # same draw as nnx.Linear(..., rngs=nnx.Rngs(int(seed)))
    net = Net(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
    grads = nnx.grad(lambda m: m.loss(x, y).astype(jnp.float32) * loss_scale)(net)
    inv = 1.0 / loss_scale
    grads = jax.tree.map(lambda g: g * inv, grads)
    total = sum(jnp.sum(jnp.abs(g)) for g in jax.tree.leaves(grads))
    finite = jnp.isfinite(total)
    params = nnx.state(net, nnx.Param)
    rate = jnp.where(finite, lr, 0.0)  #@ masked-by-multiplication
    new = jax.tree.map(lambda p, g: p - rate * g, params, grads)  #@ masked-by-multiplication
    nnx.update(net, new)
    is_full = good_steps + 1 >= growth_interval
    factor = jnp.where(finite, jnp.where(is_full, 2.0, 1.0), 0.5)
    scale = jnp.clip(loss_scale * factor, 1.0, 2.0**24)
    count = jnp.where(jnp.logical_and(finite, not is_full), good_steps + 1, 0)
    return jnp.array([net.loss(x, y).astype(jnp.float32), scale, count], jnp.float32)
