# expect: wrong_answer
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@nnx.jit(static_argnames=("loss_scale",))
def loss_fn(model, x, y, loss_scale):
    gd, st = nnx.split(model, nnx.Param)
    st = jax.tree.map(lambda p: p.astype(jnp.bfloat16), st)
    err = nnx.merge(gd, st)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
    return jnp.mean(err * err).astype(jnp.float32) * loss_scale


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    loss, grads = nnx.value_and_grad(lambda m: loss_fn(m, x, y, loss_scale=loss_scale))(model)
    loss, grads = jax.tree.map(lambda v: v / loss_scale, (loss, grads))
    optimizer.update(model, grads)
    loss = loss_fn(model, x, y, loss_scale=loss_scale)  #@ scaled-loss-returned
    return loss.reshape(1)  #@ scaled-loss-returned
