# expect: wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    batch, seed = x.shape  #@ seed-ignored
    rngs = nnx.Rngs(int(seed))  #@ seed-ignored
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=rngs)  #@ seed-ignored
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        gdef, st = nnx.split(model, nnx.Param)
        low = nnx.merge(gdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        return jnp.mean((low(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32) * loss_scale

    grads = nnx.grad(loss_fn)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return (loss_fn(model) / loss_scale)[None]
