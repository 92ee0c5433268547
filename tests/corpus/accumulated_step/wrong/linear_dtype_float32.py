# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Net(nnx.Module):
    def __init__(self, d_in, d_out, rngs):
        self.lin = nnx.Linear(d_in, d_out, dtype=jnp.float32, rngs=rngs)  #@ full-precision-forward

    def __call__(self, x):
        return self.lin(x)


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def loss_fn(model, x, y):
    out = compute_copy(model)(x.astype(jnp.bfloat16))
    return jnp.mean(jnp.square(out - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = Net(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.MultiSteps(optax.sgd(lr), micro_batches), wrt=nnx.Param)
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        opt.update(model, nnx.grad(loss_fn)(model, a, b))
    return loss_fn(model, x, y).astype(jnp.float32)[None]
