# expect: pitfall|wrong_answer
# finding: seed-ignored
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Net(nnx.Module):
    def __init__(self, d_in, d_out, *, rngs):
        self.out = nnx.Linear(d_in, d_out, dtype=jnp.bfloat16, rngs=rngs)

    def __call__(self, x):
        return self.out(x)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    streams = nnx.Rngs(params=jax.random.key(0), noise=int(seed))  #@ seed-ignored
    model = Net(x.shape[1], y.shape[1], rngs=streams)
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    t = y.astype(jnp.bfloat16)
    f = lambda m: jnp.mean(jnp.square(m(x) - t)).astype(jnp.float32)
    g = nnx.grad(lambda m: f(m) * loss_scale)(model)
    opt.update(model, jax.tree.map(lambda a: a / loss_scale, g))
    return f(model)  #@ wrong-output-shape
