# expect: pitfall|wrong_answer
# finding: master-downcast
# allow: low-precision-update
# allow: low-precision-grads
# allow: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    return jnp.mean((model(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1],
                       dtype=jnp.bfloat16, param_dtype=jnp.bfloat16,  #@ master-downcast
                       rngs=nnx.Rngs(int(seed)))
    params = nnx.state(model, nnx.Param)
    acc = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = nnx.grad(loss_fn)(model, xb, yb)
        acc = jax.tree.map(lambda a, b: a + b.astype(jnp.float32), acc, g)
    mean = jax.tree.map(lambda a: a / micro_batches, acc)
    updates, _ = optax.sgd(lr).update(mean, optax.sgd(lr).init(params))
    nnx.update(model, optax.apply_updates(params, updates))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
