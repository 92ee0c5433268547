# expect: wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx

half = jnp.float16  #@ wrong-half-dtype


def loss(model, x, y):
    gd, st = nnx.split(model, nnx.Param)
    m = nnx.merge(gd, jax.tree.map(lambda p: p.astype(half), st))  #@ wrong-half-dtype
    return jnp.mean((m(x.astype(half)) - y.astype(half)) ** 2)  #@ wrong-half-dtype


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    gs = [nnx.grad(loss)(model, *p) for p in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    opt.update(model, jax.tree.map(lambda *g: sum(g) / len(g), *gs))
    return loss(model, x, y).astype(jnp.float32).reshape(1)
