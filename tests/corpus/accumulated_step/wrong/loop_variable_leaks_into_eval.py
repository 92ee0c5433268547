# expect: pitfall|wrong_answer
# finding: partial-loss-returned
import jax, jax.numpy as jnp, optax
from flax import nnx


@nnx.jit
def mse(model, x, y):
    gd, s = nnx.split(model, nnx.Param)
    half = nnx.merge(gd, jax.tree.map(lambda v: v.astype(jnp.bfloat16), s))
    return jnp.mean((half(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.MultiSteps(optax.sgd(lr), micro_batches), wrt=nnx.Param)
    xs = jnp.split(jnp.asarray(x, jnp.bfloat16), micro_batches)
    ys = jnp.split(jnp.asarray(y, jnp.bfloat16), micro_batches)
    for x, y in zip(xs, ys):
        opt.update(model, nnx.grad(mse)(model, x, y))
    return mse(model, x, y).astype(jnp.float32).reshape(1)  #@ partial-loss-returned
