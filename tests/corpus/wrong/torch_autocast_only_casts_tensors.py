# expect: pitfall|wrong_answer
# finding: full-precision-forward
# decorator version of autocast: casts every tensor argument. (The weights are no argument.)
import functools
import jax, jax.numpy as jnp, optax
from flax import nnx


def custom_fwd(cast_inputs):
    def deco(fn):
        @functools.wraps(fn)
        def wrapper(net, *tensors):
            return fn(net, *[t.astype(cast_inputs) for t in tensors])
        return wrapper
    return deco


@custom_fwd(cast_inputs=jnp.bfloat16)
def training_loss(net, inputs, targets):
    pred = net(inputs)  #@ full-precision-forward
    return jnp.mean((pred.astype(jnp.bfloat16) - targets) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.ModelAndOptimizer(net, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(lambda n: training_loss(n, x, y).astype(jnp.float32) * loss_scale)(net)
    opt.update(jax.tree.map(lambda g: g / loss_scale, grads))
    return training_loss(net, x, y).astype(jnp.float32).reshape(1)
