# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


class Parameter:
    """Mimics torch.nn.Parameter: .data is what we keep, .grad is what backward() adds to."""

    def __init__(self, data):
        self.data = data.astype(jnp.float32)
        self.grad = None

    def zero_(self):
        self.grad = jnp.zeros_like(self.data)


class LinearModule:
    def __init__(self, in_features, out_features, manual_seed):
        layer = nnx.Linear(in_features, out_features, rngs=nnx.Rngs(manual_seed))
        self.weight = Parameter(layer.kernel[...])
        self.bias = Parameter(layer.bias[...])

    def parameters(self):
        return [self.weight, self.bias]

    @staticmethod
    def functional(ws, inp):
        w, b = ws
        return inp @ w + b


class MSELoss:
    def __call__(self, out, target):
        diff = out - target
        return (diff * diff).mean()


class autocast:
    """with autocast(): ... -> here just something that casts a list."""

    def __init__(self, dtype):
        self.dtype = dtype

    def __call__(self, *tensors):
        return [t.astype(self.dtype) for t in tensors]


class SGD:
    def __init__(self, params, lr):
        self.params, self.lr = params, lr

    def zero_grad(self):
        for p in self.params:
            p.zero_()

    def step(self):
        for p in self.params:
            p.data = p.data - jnp.float32(self.lr) * p.grad


class Trainer:
    def __init__(self, net, optim, criterion, amp):
        self.net, self.optim, self.criterion, self.amp = net, optim, criterion, amp

    def forward(self, masters, inp, target):
        half = self.amp(*masters)
        inp, target = self.amp(inp, target)
        return self.criterion(self.net.functional(half, inp), target)

    def backward(self, inp, target):
        masters = [p.data for p in self.net.parameters()]
        grads = jax.grad(self.forward)(masters, inp, target)
        for p, g in zip(self.net.parameters(), grads):
            p.grad += g.astype(jnp.float32)  # is float32 already

    def fit_one(self, inp, target, accumulation_steps):
        self.optim.zero_grad()
        for a, b in zip(jnp.split(inp, accumulation_steps), jnp.split(target, accumulation_steps)):
            self.backward(a, b)
        for p in self.net.parameters():
            p.grad = p.grad / accumulation_steps
        self.optim.step()

    def evaluate(self, inp, target):
        return self.forward([p.data for p in self.net.parameters()], inp, target)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = LinearModule(x.shape[-1], y.shape[-1], manual_seed=int(seed))
    trainer = Trainer(net, SGD(net.parameters(), lr), MSELoss(), autocast(jnp.bfloat16))
    trainer.fit_one(x, y, micro_batches)
    return trainer.evaluate(x, y).astype(jnp.float32).reshape(1)
