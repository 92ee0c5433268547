# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def train_loss(m):
        return jnp.mean((m(x) - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32) * loss_scale

    def report(m):
        return jnp.mean((m(x) - y) ** 2)  #@ uncast-targets

    opt.update(model, jax.tree.map(lambda g: g / loss_scale, nnx.grad(train_loss)(model)))
    return report(model).reshape((1,))
