# expect: pitfall|wrong_answer
# finding: master-downcast
# allow: low-precision-accumulator
# allow: low-precision-update
# allow: low-precision-grads
# The optimizer gets the bfloat16 model, so this is what is kept.
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def loss_fn(model, x, y):
    return jnp.mean(jnp.square(model(x) - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    masters = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    model = compute_copy(masters)  #@ master-downcast
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)  #@ master-downcast
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    total = jax.tree.map(jnp.zeros_like, nnx.state(masters))
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = nnx.grad(loss_fn)(model, a, b)
        total = jax.tree.map(lambda t, v: t + v.astype(jnp.float32), total, g)
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))  #@ master-downcast
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
