# expect: wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss(model, x, y):
    gd, st = nnx.split(model)
    half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    gs = [nnx.grad(loss)(model, *p) for p in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    opt.update(model, jax.tree.map(lambda *g: sum(g) / micro_batches, *gs))
    return loss(model, x, y).astype(jnp.float32)  #@ wrong-output-shape
