# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
from flax import nnx


class RunningMean:
    def __init__(self):
        self.value, self.count = None, 0

    def add(self, tree):
        self.count += 1
        if self.value is None:
            self.value = tree
        else:
            self.value = jax.tree.map(lambda m, g: m + (g - m) / self.count, self.value, tree)  #@ low-precision-accumulator


def bf16(tree):
    return jax.tree.map(lambda t: jnp.asarray(t, jnp.bfloat16), tree)


def cost(theta, xb, yb):
    out = xb @ theta["kernel"] + theta["bias"]
    return jnp.mean((out - yb) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    master = dict(kernel=lin.kernel[...], bias=lin.bias[...])
    mean, copy = RunningMean(), bf16(master)
    for xb, yb in zip(jnp.split(bf16(x), micro_batches), jnp.split(bf16(y), micro_batches)):
        mean.add(jax.grad(cost)(copy, xb, yb))  #@ low-precision-accumulator
    for name, g in mean.value.items():
        master[name] = master[name] - lr * g.astype(jnp.float32)
    return cost(bf16(master), bf16(x), bf16(y)).astype(jnp.float32)[None]
