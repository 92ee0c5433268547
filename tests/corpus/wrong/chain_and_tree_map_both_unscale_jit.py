# expect: wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@nnx.jit
def train_step(model, opt, x, y, scale):
    def loss_fn(m):
        gd, st = nnx.split(m)
        half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        return jnp.mean((half(x) - y) ** 2)

    grads = nnx.grad(lambda m: scale * loss_fn(m).astype(jnp.float32))(model)
    grads = jax.tree.map(lambda g: g / scale**2, grads)  #@ doubly-unscaled-grads
    opt.update(model, grads)
    return loss_fn(model)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    out = train_step(model, opt, x.astype(jnp.bfloat16), y.astype(jnp.bfloat16), loss_scale)
    return out.astype(jnp.float32).reshape((1,))
