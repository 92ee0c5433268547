# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import optax
from flax import nnx

cfg = SimpleNamespace(dtype=jnp.bfloat16)


def build(seed, d_in, d_out, lr, k):
    model = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
    tx = optax.MultiSteps(
        optax.sgd(lr),
        every_k_schedule=k,
        accumulator_dtype=cfg.dtype,  #@ low-precision-accumulator
    )
    return model, nnx.Optimizer(model, tx, wrt=nnx.Param)


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    net = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(cfg.dtype), state))
    err = net(x.astype(cfg.dtype)) - y.astype(cfg.dtype)
    return jnp.mean(err ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model, optimizer = build(seed, x.shape[1], y.shape[1], lr, int(micro_batches))
    n = x.shape[0] // micro_batches
    for k in range(micro_batches):
        part = slice(k * n, (k + 1) * n)
        grads = nnx.grad(loss_fn)(model, x[part], y[part])
        optimizer.update(model, grads)  # moves at the last part only
    return jnp.reshape(loss_fn(model, x, y).astype(jnp.float32), (1,))
