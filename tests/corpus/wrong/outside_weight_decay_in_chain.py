# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(optax.add_decayed_weights(1.5), optax.sgd(lr))
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)

    def loss_fn(model):
        gdef, st = nnx.split(model, nnx.Param)
        m = nnx.merge(gdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        mse = jnp.mean((m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)
        return mse.astype(jnp.float32) * loss_scale

    grads = nnx.grad(loss_fn)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return (loss_fn(model) / loss_scale).reshape(1)
