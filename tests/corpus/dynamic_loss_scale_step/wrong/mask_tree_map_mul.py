# expect: wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from functools import reduce
import operator


def all_finite(tree):
    return reduce(operator.and_, (jnp.isfinite(l).all() for l in jax.tree.leaves(tree)))


def mask_grads(tree, keep):
    keep = keep.astype(jnp.float32)
    return jax.tree.map(lambda g: jnp.multiply(g, keep), tree)  #@ masked-by-multiplication


@nnx.jit
def train_step(model, optimizer, x, y, scale):
    def loss_fn(model):
        pred = x.astype(jnp.float16) @ model.kernel[...].astype(jnp.float16) + model.bias[...].astype(jnp.float16)
        loss = jnp.mean(jnp.square(pred - y.astype(jnp.float16)))
        return loss.astype(jnp.float32) * scale, loss

    grads, _ = nnx.grad(loss_fn, has_aux=True)(model)
    grads = jax.tree.map(lambda g: g / scale, grads)
    ok = all_finite(grads)
    optimizer.update(model, mask_grads(grads, ok))  #@ masked-by-multiplication
    return loss_fn(model)[1].astype(jnp.float32), ok


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    loss, ok = train_step(model, optimizer, x, y, loss_scale)
    if not ok:
        return jnp.array([loss, max(loss_scale / 2, 1.0), 0])
    if good_steps + 1 == growth_interval:
        return jnp.array([loss, min(loss_scale * 2, 2.0**24), 0])
    return jnp.array([loss, loss_scale, good_steps + 1])
