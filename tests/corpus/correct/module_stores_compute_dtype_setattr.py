# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Net(nnx.Module):
    def __init__(self, din, dout, rngs, compute_dtype=jnp.bfloat16):
        self.fc = nnx.Linear(din, dout, dtype=compute_dtype, rngs=rngs)
        self.compute_dtype = compute_dtype

    def __call__(self, x):
        return self.fc(x)

    def loss(self, x, y):
        return jnp.mean(jnp.abs(self(x) - y.astype(self.compute_dtype)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = Net(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
    grads = nnx.grad(lambda n: n.loss(x, y).astype(jnp.float32) * loss_scale)(net)
    for name in ("kernel", "bias"):
        master = getattr(net.fc, name)
        grad = grads["fc"][name][...]
        setattr(net.fc, name, nnx.Param(master[...] - lr * grad / loss_scale))
    return net.loss(x, y).astype(jnp.float32).reshape((1,))
