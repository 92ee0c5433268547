# expect: pitfall|wrong_answer
# finding: lr-ignored
import jax, jax.numpy as jnp, optax
from flax import nnx

def get_optimizer(name='sgd', lr=1e-2):  #@ lr-ignored
    return {'sgd': optax.sgd, 'adam': optax.adam}[name](lr)  #@ lr-ignored

def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(net, get_optimizer('sgd'), wrt=nnx.Param)  #@ lr-ignored
    xb, yb = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    def loss_func(net):
        return jnp.mean((net(xb) - yb) ** 2)
    grads = nnx.grad(lambda n: loss_func(n).astype(jnp.float32) * loss_scale)(net)
    optimizer.update(net, jax.tree.map(lambda g: g / loss_scale, grads))  #@ lr-ignored
    return loss_func(net).astype(jnp.float32).reshape(1)
