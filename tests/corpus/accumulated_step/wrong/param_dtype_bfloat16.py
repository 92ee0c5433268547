# expect: pitfall|wrong_answer
# finding: master-downcast
# allow: low-precision-accumulator
# allow: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    return jnp.mean(jnp.square(model(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], param_dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))  #@ master-downcast
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    total = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), nnx.state(model, nnx.Param))
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = nnx.grad(loss_fn)(model, xs, ys)
        total = jax.tree.map(lambda t, v: t + v.astype(jnp.float32), total, g)
    opt.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
