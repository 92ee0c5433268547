# expect: pitfall|wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def mse(net, x, y):
    return jnp.mean((net(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    net = compute_copy(model)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    print_losses = False

    def loss_fn(m, xb, yb):
        return mse(compute_copy(m), xb, yb)

    acc = None
    for xb, yb in zip(jnp.array_split(x, micro_batches), jnp.array_split(y, micro_batches)):
        if print_losses:
            print(mse(net, xb, yb))
        g = nnx.grad(loss_fn)(model, xb, yb)
        acc = g if acc is None else jax.tree.map(jnp.add, acc, g)

    optimizer.update(model, jax.tree.map(lambda a: a / micro_batches, acc))
    return mse(net, x, y).astype(jnp.float32).reshape(1)  #@ stale-loss
