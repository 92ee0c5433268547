# expect: pitfall
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    half = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)
    x, y = half((x, y))

    def loss(model, x, y):
        gd, st = nnx.split(model)
        return jnp.mean((nnx.merge(gd, half(st))(x) - y) ** 2)

    total = None
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = nnx.grad(loss)(model, a, b)
        total = g if total is None else jax.tree.map(jnp.add, total, g)
    opt.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    nnx.update(model, half(nnx.state(model, nnx.Param)))  #@ master-downcast
    return jnp.mean((model(x) - y) ** 2).astype(jnp.float32).reshape(1)
