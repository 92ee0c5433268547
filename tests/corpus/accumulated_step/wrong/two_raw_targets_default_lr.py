# expect: wrong_answer
# finding: uncast-targets
# finding: lr-ignored
# allow: full-precision-loss
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_optimizer(model, learning_rate=1e-2):  #@ lr-ignored
    return nnx.Optimizer(model, optax.sgd(learning_rate), wrt=nnx.Param)


def half_apply(model, x):
    gd, st = nnx.split(model)
    st, x = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (st, x))
    return nnx.merge(gd, st)(x)


def loss(model, x, y):
    e = half_apply(model, x) - y  #@ uncast-targets
    return jnp.mean(e * e).astype(jnp.bfloat16)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = make_optimizer(model)  #@ lr-ignored
    gs = [nnx.grad(loss)(model, *p) for p in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    opt.update(model, jax.tree.map(lambda *g: sum(g) / micro_batches, *gs))
    return loss(model, x, y).astype(jnp.float32).reshape(1)
