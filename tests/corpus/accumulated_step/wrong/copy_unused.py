# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def mse(net, xb, yb):
    pred = net(xb.astype(jnp.bfloat16)).astype(jnp.bfloat16)  #@ full-precision-forward
    return jnp.mean(jnp.square(pred - yb.astype(jnp.bfloat16)))


def loss_fn(model, xb, yb):
    half = compute_copy(model)
    return mse(model, xb, yb)  #@ full-precision-forward


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    acc = nnx.grad(loss_fn)(model, *(t[: len(t) // micro_batches] for t in (x, y)))
    for i in range(1, micro_batches):
        n = len(x) // micro_batches
        g = nnx.grad(loss_fn)(model, x[n * i : n * (i + 1)], y[n * i : n * (i + 1)])
        acc = jax.tree.map(jnp.add, acc, g)
    optimizer.update(model, jax.tree.map(lambda a: a / micro_batches, acc))
    return mse(compute_copy(model), x, y).astype(jnp.float32).reshape(1)
