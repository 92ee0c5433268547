# expect: wrong_answer
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx, struct


@struct.dataclass
class Losses:
    scaled: jax.Array
    plain: jax.Array


def losses(model, x, y, scale):
    gdef, st = nnx.split(model, nnx.Param)
    m = nnx.merge(gdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    plain = jnp.mean((m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)
    return Losses(plain=plain, scaled=plain * scale)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(lambda m: losses(m, x, y, loss_scale).scaled)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    final, _ = jax.tree.leaves(losses(model, x, y, loss_scale))  #@ scaled-loss-returned
    return final.reshape(1)  #@ scaled-loss-returned
