# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Accumulator(nnx.Variable):
    """Float32 sums of gradients."""


class MixedLinear(nnx.Module):
    def __init__(self, d_in, d_out, *, rngs):
        self.linear = nnx.Linear(d_in, d_out, rngs=rngs)

    def __call__(self, x):
        w = self.linear.kernel[...].astype(jnp.bfloat16)
        c = self.linear.bias[...].astype(jnp.bfloat16)
        return jnp.tensordot(x.astype(jnp.bfloat16), w, axes=1) + c

    def loss(self, x, y):
        diff = self(x) - y.astype(jnp.bfloat16)
        return (diff * diff).mean()


class GradientStore(nnx.Module):
    def __init__(self, d_in, d_out):
        self.kernel = Accumulator(jnp.zeros((d_in, d_out)))
        self.bias = Accumulator(jnp.zeros((d_out,)))
        self.count = Accumulator(jnp.zeros((), jnp.int32))

    def add(self, grads):
        self.kernel[...] += grads["linear"]["kernel"][...]
        self.bias[...] += grads["linear"]["bias"][...]
        self.count[...] += 1

    def mean_like(self, state):
        flat = nnx.to_flat_state(state)
        out = []
        for path, variable in flat:
            out.append((path, variable.replace(getattr(self, path[-1])[...] / self.count[...])))
        return nnx.from_flat_state(out)


@nnx.jit
def accumulate(model, store, x, y):
    store.add(nnx.grad(MixedLinear.loss)(model, x, y))


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = jnp.asarray(x), jnp.asarray(y)
    model = MixedLinear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    store = GradientStore(x.shape[1], y.shape[1])
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    for xb, yb in zip(jnp.array_split(x, micro_batches), jnp.array_split(y, micro_batches)):
        accumulate(model, store, xb, yb)

    optimizer.update(model, store.mean_like(nnx.state(model, nnx.Param)))
    return model.loss(x, y)[None].astype(jnp.float32)
