# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Wrapper(nnx.Module):
    def __init__(self, din, dout, seed):
        self.fc = nnx.Linear(din, dout, rngs=nnx.Rngs(seed))

    def half(self):
        for p in (self.fc.kernel, self.fc.bias):
            p[...] = p[...].astype(jnp.bfloat16).astype(jnp.float32)  #@ master-downcast
        return self

    def forward(self, inp):
        k, b = self.fc.kernel[...], self.fc.bias[...]
        return inp @ k.astype(inp.dtype) + b.astype(inp.dtype)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = Wrapper(x.shape[1], y.shape[1], int(seed))
    net = model
    net.half()  #@ master-downcast
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xs = jnp.split(x.astype(jnp.bfloat16), micro_batches)
    ys = jnp.split(y.astype(jnp.bfloat16), micro_batches)

    def criterion(m, a, b):
        return jnp.mean((m.forward(a) - b) ** 2)

    grads = [nnx.grad(criterion)(model, a, b) for a, b in zip(xs, ys)]
    mean = jax.tree.map(lambda *g: sum(g) / len(g), *grads)
    optimizer.update(model, mean)
    return criterion(model, x.astype(jnp.bfloat16), y.astype(jnp.bfloat16))[None].astype(jnp.float32)
