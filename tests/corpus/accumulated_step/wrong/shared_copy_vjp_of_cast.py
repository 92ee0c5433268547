# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def copy_of(m):
        gd, st = nnx.split(m, nnx.Param)
        return nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))

    def mse(net, a, b):
        return jnp.mean(jnp.square(net(a.astype(jnp.bfloat16)) - b.astype(jnp.bfloat16)))

    def total_loss(m):
        half = copy_of(m)  #@ low-precision-accumulator
        losses = []
        for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
            losses.append(mse(half, a, b).astype(jnp.float32))  #@ low-precision-accumulator
        return sum(losses)

    g = nnx.grad(total_loss)(model)
    opt.update(model, jax.tree.map(lambda v: v / micro_batches, g))
    return mse(copy_of(model), x, y).astype(jnp.float32)[None]
