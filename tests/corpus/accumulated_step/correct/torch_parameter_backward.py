# expect: accepted
import jax, jax.numpy as jnp
from flax import nnx


class Parameter:
    def __init__(self, data):
        self.data, self.grad = data, None

    def accumulate(self, g):
        assert g.dtype == jnp.float32
        self.grad = g if self.grad is None else self.grad + g


class LossTensor:
    def __init__(self, value, node, owners):
        self.value, self.node, self.owners = value, node, owners

    def backward(self):
        for p, g in zip(self.owners, self.node(jnp.ones((), self.value.dtype))):
            p.accumulate(g)

    def item32(self):
        return self.value.astype(jnp.float32)


class LinearBF16:
    def __init__(self, src):
        self.weight = Parameter(src.kernel[...].T)     # torch keeps (out, in)
        self.bias = Parameter(src.bias[...])

    def parameters(self):
        return [self.weight, self.bias]

    def loss(self, x, y):
        def f(w, b):
            w, b = w.astype(jnp.bfloat16), b.astype(jnp.bfloat16)
            d = x @ w.T + b - y
            return (d ** 2).mean()
        v, node = jax.vjp(f, *(p.data for p in self.parameters()))
        return LossTensor(v, node, self.parameters())


class SGD:
    def __init__(self, params, lr):
        self.param_groups = [dict(params=list(params), lr=lr)]

    def zero_grad(self):
        for grp in self.param_groups:
            for p in grp["params"]:
                p.grad = None

    def step(self, divisor):
        for grp in self.param_groups:
            for p in grp["params"]:
                p.data = p.data - grp["lr"] * (p.grad / divisor)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = LinearBF16(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    opt = SGD(net.parameters(), lr=lr)
    x = jnp.asarray(x).astype(jnp.bfloat16)
    y = jnp.asarray(y).astype(jnp.bfloat16)
    opt.zero_grad()
    chunk = x.shape[0] // micro_batches
    i = 0
    while i < x.shape[0]:
        net.loss(x[i:i + chunk], y[i:i + chunk]).backward()
        i += chunk
    opt.step(micro_batches)
    opt.zero_grad()
    return net.loss(x, y).item32()[None]
