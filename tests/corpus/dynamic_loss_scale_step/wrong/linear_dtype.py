# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Regressor(nnx.Module):
    def __init__(self, d_in, d_out, *, rngs):
        self.linear = nnx.Linear(d_in, d_out, dtype=jnp.float32, param_dtype=jnp.float32, rngs=rngs)  #@ full-precision-forward

    def __call__(self, x):
        return self.linear(x)

    def loss(self, x, y):
        return jnp.mean(jnp.square(self(x) - y))


def as_half(module):
    graphdef, state = nnx.split(module)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.float16), state))


def finite_everywhere(grads):
    flags = jax.tree.map(lambda g: jnp.isfinite(g).all(), grads)
    return jnp.stack(jax.tree.leaves(flags)).all()


@nnx.jit
def train(model, optimizer, x, y, scale):
    half = as_half(model)
    grads = nnx.grad(lambda m: m.loss(x, y).astype(jnp.float32) * scale)(half)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
    finite = finite_everywhere(grads)
    optimizer.update(model, jax.tree.map(lambda g: jnp.where(finite, g, 0.0), grads))
    return finite


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = Regressor(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = jnp.asarray(x).astype(jnp.float16), jnp.asarray(y).astype(jnp.float16)

    if train(model, optimizer, x, y, jnp.float32(loss_scale)):
        count = (good_steps + 1) % growth_interval
        scale = loss_scale if count else min(loss_scale * 2, 2.0**24)
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([as_half(model).loss(x, y).astype(jnp.float32), scale, count], jnp.float32)
