# expect: pitfall|wrong_answer
# finding: low-precision-update|master-downcast|low-precision-grads
import jax, jax.numpy as jnp
from flax import nnx


class HalfSGD:
    """updates the working copy, then syncs the masters from it"""
    def __init__(self, masters, lr):
        self.masters, self.lr = masters, lr

    def step(self, mean):
        work = {n: m.astype(jnp.bfloat16) for n, m in self.masters.items()}
        for n in work:
            work[n] = work[n] - (self.lr * mean[n]).astype(work[n].dtype)  #@ low-precision-update
        self.masters = {n: w.astype(jnp.float32) for n, w in work.items()}


def loss(m, x, y):
    z = x @ m["W"].astype(jnp.bfloat16) + m["c"].astype(jnp.bfloat16)
    return jnp.mean((z - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = HalfSGD({"W": lin.kernel[...], "c": lin.bias[...]}, lr)
    x, y = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)
    grads = [jax.grad(loss)(opt.masters, *b) for b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    opt.step({n: sum(g[n] for g in grads) / micro_batches for n in opt.masters})
    return loss(opt.masters, x, y).astype(jnp.float32).reshape(1)
