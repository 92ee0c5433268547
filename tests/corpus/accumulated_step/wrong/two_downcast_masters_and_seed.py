# expect: wrong_answer
# finding: master-downcast
# finding: seed-ignored
# allow: low-precision-update
# allow: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx

RNGS = dict(params=0)  #@ seed-ignored


def build(d_in, d_out, seed):
    rngs = nnx.Rngs(default=int(seed), **RNGS)  #@ seed-ignored
    return nnx.Linear(d_in, d_out, rngs=rngs)


def half_in_place(model):
    state = nnx.state(model, nnx.Param)
    nnx.update(model, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))  #@ master-downcast
    return model


def loss_fn(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = half_in_place(build(x.shape[1], y.shape[1], seed))  #@ master-downcast
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    acc = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), nnx.state(model, nnx.Param))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = jax.tree.map(lambda a, g: a + g.astype(jnp.float32), acc, nnx.grad(loss_fn)(model, xb, yb))
    state = jax.tree.map(lambda p, a: p.astype(jnp.float32) - lr * a / micro_batches,
                         nnx.state(model, nnx.Param), acc)
    nnx.update(model, state)
    return loss_fn(half_in_place(model), x, y).astype(jnp.float32).reshape(1)
