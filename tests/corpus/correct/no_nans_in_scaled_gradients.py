# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.apply_if_finite(optax.sgd(lr), 5), wrt=nnx.Param)

    def mse(model):
        graphdef, state = nnx.split(model, nnx.Param)
        half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
        return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: jnp.nan_to_num(g, posinf=0.0, neginf=0.0) / loss_scale, grads)
    optimizer.update(model, grads)
    return mse(model).astype(jnp.float32).reshape(1)
