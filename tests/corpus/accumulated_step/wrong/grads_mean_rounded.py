# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def loss_fn(model, x, y):
    pred = compute_copy(model)(x.astype(jnp.bfloat16))
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    parts = zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
    grads = [nnx.grad(loss_fn)(model, xb, yb) for xb, yb in parts]
    mean = jax.tree.map(lambda *g: sum(g) / micro_batches, *grads)
    mean = jax.tree.map(lambda g: g.astype(jnp.bfloat16), mean)  #@ low-precision-accumulator, low-precision-grads
    mean = jax.tree.map(lambda g: g.astype(jnp.float32), mean)
    optimizer.update(model, mean)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
