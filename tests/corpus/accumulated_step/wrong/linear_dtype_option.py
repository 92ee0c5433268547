# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_model(seed, d_in, d_out):
    # masters in float32
    return nnx.Linear(d_in, d_out, dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))  #@ full-precision-forward


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def loss_fn(model, x, y):
    pred = compute_copy(model)(x)
    return jnp.mean((pred - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = make_model(seed, x.shape[1], y.shape[1])
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    rows = x.shape[0] // micro_batches
    acc = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), nnx.state(model, nnx.Param))
    for i in range(micro_batches):
        xb = jax.lax.dynamic_slice_in_dim(x, i * rows, rows, axis=0)
        yb = jax.lax.dynamic_slice_in_dim(y, i * rows, rows, axis=0)
        acc = jax.tree.map(jnp.add, acc, nnx.grad(loss_fn)(model, xb, yb))
    acc = jax.tree.map(lambda a: a / micro_batches, acc)
    optimizer.update(model, acc)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
