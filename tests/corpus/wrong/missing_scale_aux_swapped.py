# expect: pitfall|wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.ModelAndOptimizer(model, optax.sgd(lr))

    def loss_fn(m):
        gd, params = nnx.split(m, nnx.Param)
        m16 = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), params))
        loss = jnp.mean((m16(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)
        loss = loss.astype(jnp.float32)
        scaled = loss * loss_scale
        return loss, scaled  #@ missing-loss-scale

    (loss, scaled), grads = nnx.value_and_grad(loss_fn, has_aux=True)(model)  #@ missing-loss-scale
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    opt.update(grads)
    final, _ = loss_fn(model)
    return final.reshape(1)
