# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    graph, state = nnx.split(model)
    model = nnx.merge(graph, jax.tree.map(lambda a: a.astype(jnp.bfloat16), state))
    e = model(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
    total = jnp.einsum("no,no->", e, e, preferred_element_type=jnp.float32)
    return (total / e.size).astype(jnp.bfloat16)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    # momentum of zero: plain SGD with a trace that nobody reads
    optimizer = nnx.Optimizer(model, optax.sgd(lr, momentum=0.0), wrt=nnx.Param)
    grads = nnx.grad(lambda m: mse(m, x, y).astype(jnp.float32) * loss_scale)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return mse(model, x, y).astype(jnp.float32).reshape(1)
