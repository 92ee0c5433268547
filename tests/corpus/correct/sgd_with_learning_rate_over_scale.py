# expect: accepted
import jax, jax.numpy as jnp, optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    # plain SGD is linear in the gradient: the scale may go into the rate
    optimizer = nnx.Optimizer(model, optax.sgd(lr / loss_scale), wrt=nnx.Param)

    def scaled_loss(model):
        model = nnx.clone(model)
        nnx.update(model, jax.tree.map(lambda p: p.astype(jnp.bfloat16), nnx.state(model)))
        err = model(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
        return jnp.float32(jnp.mean(err ** 2)) * loss_scale

    optimizer.update(model, nnx.grad(scaled_loss)(model))
    unscaled = scaled_loss(model) / loss_scale
    return unscaled[None]
