# expect: wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def build(seed, d_in, d_out, dtype="float16"):  #@ wrong-half-dtype
    return nnx.Linear(d_in, d_out, dtype=jnp.dtype(dtype), rngs=nnx.Rngs(int(seed)))  #@ wrong-half-dtype


def loss(m, x, y):
    pred = m(x)
    return jnp.mean(jnp.square(pred - y.astype(pred.dtype)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = build(seed, x.shape[1], y.shape[1])  #@ wrong-half-dtype
    opt = nnx.Optimizer(model, optax.sgd(lr / micro_batches), wrt=nnx.Param)
    total = jax.tree.map(jnp.zeros_like, nnx.state(model))
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, nnx.grad(loss)(model, xs, ys))
    opt.update(model, total)
    return loss(model, x, y).astype(jnp.float32).reshape(1)
