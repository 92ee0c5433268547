# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def accumulated_step(seed, x, y, lr, micro_batches):
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def train_loss(model, xb, yb):
        half = compute_copy(model)
        pred = model(xb)  #@ full-precision-forward
        return jnp.mean((pred - yb) ** 2)

    acc = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = nnx.grad(train_loss)(model, xb, yb)
        acc = jax.tree.map(lambda a, b: a + b / micro_batches, acc, g)
    optimizer.update(model, acc)

    half = compute_copy(model)
    final = jnp.mean((half(x) - y) ** 2)
    return final.astype(jnp.float32).reshape(1)
