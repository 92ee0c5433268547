# expect: wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_loss(x, y):
    xb = x.astype(jnp.bfloat16)
    yb = y.astype(jnp.bfloat16)

    def loss(model):
        gdef, st = nnx.split(model, nnx.Param)
        st = jax.tree.map(lambda p: p.astype(jnp.bfloat16), st)
        return jnp.mean((nnx.merge(gdef, st)(xb) - yb) ** 2).astype(jnp.float32)
    return loss


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    loss = make_loss(x, y)
    grads = nnx.grad(lambda m: loss(m) * loss_scale)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    final = nnx.jit(loss)(model).reshape(1)
    return final.squeeze()  #@ wrong-output-shape
