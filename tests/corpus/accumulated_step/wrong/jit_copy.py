# expect: pitfall|wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from functools import partial


def loss_fn(params, graphdef, xb, yb):
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), params))
    return jnp.mean((half(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    acc = jax.tree.map(jnp.zeros_like, params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = jax.tree.map(jnp.add, acc, jax.grad(loss_fn)(params, graphdef, xb, yb))
    grads = jax.tree.map(lambda a: a / micro_batches, acc)

    trained = nnx.clone(model)
    nnx.Optimizer(trained, optax.sgd(lr), wrt=nnx.Param).update(trained, grads)  #@ update-discarded, stale-loss
    final = nnx.state(model, nnx.Param)  #@ update-discarded, stale-loss
    return loss_fn(final, graphdef, x, y).astype(jnp.float32).reshape(1)  #@ update-discarded, stale-loss
