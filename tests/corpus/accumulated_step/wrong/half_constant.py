# expect: wrong_answer|pitfall
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx

HALF = jnp.float16  #@ wrong-half-dtype


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(HALF), state))  #@ wrong-half-dtype


def loss_fn(model, xb, yb):
    pred = compute_copy(model)(xb.astype(HALF))  #@ wrong-half-dtype
    err = pred - yb.astype(HALF)
    return jnp.mean(err ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = [
        nnx.grad(loss_fn)(model, xb, yb)
        for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
    ]
    mean = jax.tree.map(lambda *parts: sum(parts) / len(parts), *grads)
    optimizer.update(model, mean)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
