# expect: wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@nnx.jit
def step(model, opt, x, y, s):
    def loss_fn(m):
        gd, st = nnx.split(m)
        m16 = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        loss = jnp.mean((m16(x) - y) ** 2)
        return loss.astype(jnp.float32) * s, loss

    (_, loss), grads = nnx.value_and_grad(loss_fn, has_aux=True)(model)
    opt.update(model, jax.tree.map(lambda g: g / s, grads))
    return loss  #@ stale-loss


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    loss = step(model, opt, x.astype(jnp.bfloat16), y.astype(jnp.bfloat16), loss_scale)  #@ stale-loss
    return jnp.asarray([loss], jnp.float32)  #@ stale-loss
