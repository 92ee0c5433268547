# expect: accepted
import copy
import jax, jax.numpy as jnp
from flax import nnx


class Net:
    def __init__(self, seed, din, dout):
        lin = nnx.Linear(din, dout, rngs=nnx.Rngs(int(seed)))
        self.w, self.b = lin.kernel[...], lin.bias[...]

    def state_dict(self):
        return {"w": self.w, "b": self.b}

    def clone(self):
        return copy.copy(self)


def mse(sd, x, y):
    e = x @ sd["w"].astype(jnp.bfloat16) + sd["b"].astype(jnp.bfloat16) - y
    return jnp.mean(e * e)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = Net(seed, x.shape[1], y.shape[1])
    frozen = net.clone()
    delta = {"w": jnp.zeros_like(net.w), "b": jnp.zeros_like(net.b)}
    xs = jnp.asarray(x, jnp.bfloat16)
    ys = jnp.asarray(y, jnp.bfloat16)
    step = xs.shape[0] // micro_batches
    for k in range(micro_batches):
        sl = slice(k * step, k * step + step)
        g = jax.grad(mse)(frozen.state_dict(), xs[sl], ys[sl])
        # net moves, frozen doesn't: arrays are immutable, the shallow copy keeps the old ones
        delta = {n: delta[n] - (lr / micro_batches) * g[n] for n in g}
        net.w, net.b = frozen.w + delta["w"], frozen.b + delta["b"]
    return mse(net.state_dict(), xs, ys).astype(jnp.float32).reshape(1)
