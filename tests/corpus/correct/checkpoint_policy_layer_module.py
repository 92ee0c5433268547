# expect: accepted
import jax, jax.numpy as jnp, optax
from flax import nnx


class Net(nnx.Module):
    def __init__(self, din, dout, *, rngs):
        self.proj = nnx.Linear(din, dout, rngs=rngs)

    def compute_params(self):
        return {"k": jnp.bfloat16(self.proj.kernel[...]), "b": jnp.bfloat16(self.proj.bias[...])}

    def __call__(self, x):
        @jax.checkpoint
        def cell(p, inp):
            return jax.lax.dot_general(inp, p["k"], (((1,), (0,)), ((), ()))) + p["b"]
        return cell(self.compute_params(), x)


def run_loss(net, x, y):
    inner = jax.checkpoint(lambda n, a, t: jnp.mean((n(a) - t) ** 2),
                           policy=jax.checkpoint_policies.nothing_saveable)
    return inner(net, jnp.bfloat16(x), jnp.bfloat16(y))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = Net(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)

    @nnx.grad
    def grads_of(n):
        return jnp.float32(run_loss(n, x, y)) * loss_scale

    inv = 1 / loss_scale
    opt.update(net, jax.tree.map(lambda t: t * inv, grads_of(net)))
    return jnp.float32(run_loss(net, x, y))[jnp.newaxis]
