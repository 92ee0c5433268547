# expect: pitfall|wrong_answer
# finding: full-precision-forward
# allow: full-precision-final-loss
# allow: uncast-inputs
# allow: uncast-targets
# param_dtype is what is kept. dtype is what comes out, I think?
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Regressor(nnx.Module):
    def __init__(self, din, dout, rngs):
        self.fc = nnx.Linear(din, dout, dtype=jnp.float32, param_dtype=jnp.float32, rngs=rngs)  #@ full-precision-forward

    def __call__(self, x):
        return self.fc(x.astype(jnp.bfloat16)).astype(jnp.bfloat16)  #@ full-precision-forward


def loss_fn(model, x, y):
    g, s = nnx.split(model)
    model = nnx.merge(g, jax.tree.map(lambda p: p.astype(jnp.bfloat16), s))
    return jnp.mean((model(x) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = Regressor(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(lin, optax.sgd(lr), wrt=nnx.Param)
    acc = jax.tree.map(jnp.zeros_like, nnx.state(lin, nnx.Param))
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = jax.tree.map(jnp.add, acc, nnx.grad(loss_fn)(lin, a, b))
    opt.update(lin, jax.tree.map(lambda t: t / micro_batches, acc))
    return loss_fn(lin, x, y).astype(jnp.float32).reshape(1)
