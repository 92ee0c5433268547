# expect: pitfall|wrong_answer
# finding: uncast-inputs
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def mse(a, b):
    return jnp.mean((a - b) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model, xb, yb):
        return mse(compute_copy(model)(xb), yb)

    xh, yh = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    acc = None
    for xb, yb in zip(jnp.split(xh, micro_batches), jnp.split(yh, micro_batches)):
        g = nnx.grad(loss_fn)(model, xb, yb)
        acc = g if acc is None else jax.tree.map(jnp.add, acc, g)
    optimizer.update(model, jax.tree.map(lambda a: a / micro_batches, acc))

    net = compute_copy(model)
    pred = net(x)  #@ uncast-inputs
    return mse(pred.astype(jnp.bfloat16), yh).astype(jnp.float32).reshape(1)
