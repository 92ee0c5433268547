# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))  #@ wrong-half-dtype
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)

    def mse(net):
        return jnp.mean((net(x) - y.astype(jnp.float16)) ** 2)  #@ wrong-half-dtype

    grads = nnx.grad(lambda net: mse(net).astype(jnp.float32) * loss_scale)(net)
    opt.update(net, jax.tree.map(lambda g: g / loss_scale, grads))
    return mse(net).astype(jnp.float32).reshape(1)
