# expect: pitfall|wrong_answer
# finding: full-precision-loss
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def quantize():
    def update(updates, state, params=None):
        down = optax.tree.cast(updates, jnp.bfloat16)  #@ low-precision-grads
        return optax.tree.cast(down, jnp.float32), state
    return optax.GradientTransformation(optax.init_empty_state, update)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(optax.scale(1 / loss_scale), quantize(), optax.sgd(lr))
    opt = nnx.Optimizer(net, tx, wrt=nnx.Param)
    y = y.astype(jnp.bfloat16)

    def train_loss(net):
        error = (net(x) - y).astype(jnp.float32)  #@ full-precision-loss
        return jnp.mean(error * error) * loss_scale  #@ full-precision-loss

    opt.update(net, nnx.grad(train_loss)(net))
    error = net(x) - y
    return jnp.mean(error * error).astype(jnp.float32)[None]
