# expect: wrong_answer
# finding: wrong-half-dtype
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))  #@ wrong-half-dtype
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)

    def mse(net):
        err = net(x) - y.astype(jnp.float16)  #@ wrong-half-dtype
        return jnp.mean(err * err)

    grads = nnx.grad(lambda net: mse(net).astype(jnp.float32) * loss_scale)(net)
    opt.update(net, grads)  #@ unscaled-grads
    return mse(net).astype(jnp.float32).reshape((1,))
