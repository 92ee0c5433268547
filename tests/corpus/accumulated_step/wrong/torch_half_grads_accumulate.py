# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
from flax import nnx


class HalfParam:
    def __init__(self, master):
        self.master = master
        self.half = master.astype(jnp.bfloat16)
        self.grad = None


class Net:
    def __init__(self, i, o, seed):
        lin = nnx.Linear(i, o, rngs=nnx.Rngs(seed))
        self.w, self.b = HalfParam(lin.kernel[...]), HalfParam(lin.bias[...])

    @property
    def params(self):
        return (self.w, self.b)


def mse(ws, a, t):
    d = a @ ws[0] + ws[1] - t
    return (d * d).mean()


def backward(net, a, t):
    gs = jax.grad(mse)([p.half for p in net.params], a, t)
    for p, g in zip(net.params, gs):
        p.grad = g if p.grad is None else p.grad + g  #@ low-precision-accumulator


def sgd_step(net, lr, n):
    for p in net.params:
        p.master = p.master - lr * (p.grad.astype(jnp.float32) / n)
        p.half = p.master.astype(jnp.bfloat16)
        p.grad = None


def accumulated_step(seed, x, y, lr, micro_batches):
    net = Net(x.shape[1], y.shape[1], int(seed))
    xb, yb = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    for a, t in zip(jnp.split(xb, micro_batches), jnp.split(yb, micro_batches)):
        backward(net, a, t)
    sgd_step(net, lr, micro_batches)
    return mse([p.half for p in net.params], xb, yb).astype(jnp.float32)[None]
