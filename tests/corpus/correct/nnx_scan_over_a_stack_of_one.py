# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Net(nnx.Module):
    def __init__(self, d_in, d_out, *, rngs: nnx.Rngs):
        self.linear = nnx.Linear(d_in, d_out, dtype=jnp.bfloat16, param_dtype=jnp.float32, rngs=rngs)

    def __call__(self, x):
        return self.linear(x)


def loss_fn(net, x, y):
    e = net(x) - y.astype(jnp.bfloat16)
    return jnp.mean(e * e)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = Net(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    @nnx.scan(in_axes=(nnx.Carry, 0, 0), out_axes=(nnx.Carry, 0))
    def epoch(net, xb, yb):
        grads = nnx.grad(lambda n: loss_fn(n, xb, yb).astype(jnp.float32) * loss_scale)(net)
        params = nnx.state(net, nnx.Param)
        new = jax.tree.map(lambda p, g: p - lr * (g / loss_scale), params, grads)
        nnx.update(net, new)
        return net, loss_fn(net, xb, yb)

    _, losses = epoch(net, x[None], y[None])
    return losses.astype(jnp.float32)
