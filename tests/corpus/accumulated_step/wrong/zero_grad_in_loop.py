# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
from flax import nnx


class Tensor:
    def __init__(self, v):
        self.v, self.grad = v, jnp.zeros_like(v)


class Optim:
    def __init__(self, named, lr):
        self.named, self.lr = named, lr

    def zero_grad(self):
        for t in self.named.values():
            t.grad = jnp.zeros_like(t.v)

    def step(self, scale):
        for t in self.named.values():
            t.v = t.v - self.lr * (t.grad * jnp.float32(scale))


class LightningLike:
    automatic_optimization = False

    def __init__(self, hparams):
        lin = nnx.Linear(hparams["in"], hparams["out"], rngs=nnx.Rngs(hparams["seed"]))
        self.named = {"weight": Tensor(lin.kernel[...]), "bias": Tensor(lin.bias[...])}
        self.opt = Optim(self.named, hparams["lr"])

    def loss(self, vals, batch):
        bf = lambda t: t.astype(jnp.bfloat16)
        out = bf(batch[0]) @ bf(vals["weight"]) + bf(vals["bias"])
        return jnp.mean((out - bf(batch[1])) ** 2)

    def manual_backward(self, batch):
        g = jax.grad(self.loss)({n: t.v for n, t in self.named.items()}, batch)
        for n, t in self.named.items():
            t.grad = t.grad + g[n]

    def training_step(self, batches):
        for batch in batches:
            self.opt.zero_grad()  #@ last-micro-batch-only
            self.manual_backward(batch)
        self.opt.step(1.0)

    def validation_step(self, batch):
        return self.loss({n: t.v for n, t in self.named.items()}, batch)


def accumulated_step(seed, x, y, lr, micro_batches):
    pl = LightningLike({"in": x.shape[1], "out": y.shape[1], "seed": int(seed), "lr": lr})
    pl.training_step(list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))))
    return pl.validation_step((x, y)).astype(jnp.float32)[None]
