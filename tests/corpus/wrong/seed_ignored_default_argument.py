# expect: wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_model(d_in, d_out, seed=0):
    return nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))  #@ seed-ignored


def mixed_precision_step(seed, x, y, lr, loss_scale):
    assert float(seed).is_integer()
    model = make_model(x.shape[1], y.shape[1])  #@ seed-ignored
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def mse(m):
        gd, st = nnx.split(m, nnx.Param)
        h = nnx.merge(gd, jax.tree.map(lambda a: a.astype(jnp.bfloat16), st))
        return jnp.mean((h(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    opt.update(model, jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads))
    return mse(model).astype(jnp.float32).reshape(1)
