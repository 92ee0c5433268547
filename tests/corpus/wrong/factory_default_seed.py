# expect: wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def build(d_in, d_out, seed=42):
    return nnx.Linear(d_in, d_out, dtype=jnp.bfloat16, param_dtype=jnp.float32, rngs=nnx.Rngs(seed))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = build(x.shape[1], y.shape[1])  #@ seed-ignored
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        return jnp.mean((model(x) - y.astype(jnp.bfloat16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    opt.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return loss_fn(model).astype(jnp.float32).reshape((1,))
