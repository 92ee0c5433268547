# expect: pitfall
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx

half = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = half((x, y))

    def loss_fn(m):
        return jnp.mean((m(x) - y) ** 2)

    def scaled(m):
        gd, st = nnx.split(m)
        return loss_fn(nnx.merge(gd, half(st))).astype(jnp.float32) * loss_scale

    grads = jax.tree.map(lambda g: g / loss_scale, nnx.grad(scaled)(model))
    opt.update(model, grads)
    nnx.update(model, half(nnx.state(model)))  #@ master-downcast
    return loss_fn(model).astype(jnp.float32).reshape((1,))
