# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        return ((model(x) - y.astype(jnp.bfloat16)) ** 2).mean()

    def compress(g):
        # pretend to send the gradient over the network in two bytes
        return g.astype(jnp.bfloat16).astype(jnp.float32)  #@ low-precision-grads

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: compress(g / loss_scale), grads)  #@ low-precision-grads
    optimizer.update(model, grads)
    return loss_fn(model).astype(jnp.float32).reshape((1,))
