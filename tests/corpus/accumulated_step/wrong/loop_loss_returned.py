# expect: pitfall|wrong_answer
# finding: partial-loss-returned|stale-loss
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@partial(nnx.jit, static_argnames=("micro_batches",))
def train_step(model, optimizer, x, y, micro_batches):
    graphdef, params = nnx.split(model, nnx.Param)
    params = nnx.to_pure_dict(params)

    def loss_fn(params, x, y):
        w = params["kernel"].astype(jnp.bfloat16)
        b = params["bias"].astype(jnp.bfloat16)
        preds = x.astype(jnp.bfloat16) @ w + b
        return jnp.mean(jnp.square(preds - y.astype(jnp.bfloat16)))

    value_and_grad = jax.value_and_grad(loss_fn)
    rows = x.shape[0] // micro_batches
    acc = jax.tree.map(jnp.zeros_like, params)
    for i in range(micro_batches):
        part = slice(i * rows, (i + 1) * rows)
        loss, grads = value_and_grad(params, x[part], y[part])  #@ stale-loss
        acc = jax.tree.map(jnp.add, acc, grads)

    mean = nnx.state(model, nnx.Param)
    mean = jax.tree.map(lambda p: p, mean)
    nnx.replace_by_pure_dict(mean, jax.tree.map(lambda g: g / micro_batches, acc))
    optimizer.update(model, mean)
    return {
        "loss": loss,  #@ partial-loss-returned
        "grad_norm": optax.tree.norm(acc) / micro_batches,
    }


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    metrics = train_step(model, optimizer, x, y, micro_batches=micro_batches)
    return metrics["loss"].astype(jnp.float32).reshape(1)  #@ stale-loss, partial-loss-returned
