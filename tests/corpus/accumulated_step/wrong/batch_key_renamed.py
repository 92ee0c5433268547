# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
import optax
from flax import nnx

CAST_KEYS = ("inputs", "y")  #@ uncast-inputs


def cast_batch(batch):
    return {k: v.astype(jnp.bfloat16) if k in CAST_KEYS else v for k, v in batch.items()}  #@ uncast-inputs


def cast_model(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def loss_fn(model, batch):
    batch = cast_batch(batch)
    pred = cast_model(model)(batch["x"])
    return jnp.mean((pred - batch["y"]) ** 2)


def batches(x, y, k):
    n = x.shape[0] // k
    for i in range(k):
        yield {"x": x[i * n:(i + 1) * n], "y": y[i * n:(i + 1) * n]}


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    total = None
    for batch in batches(x, y, micro_batches):
        g = nnx.grad(loss_fn)(model, batch)
        total = g if total is None else jax.tree.map(jnp.add, total, g)
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    loss = loss_fn(model, {"x": x, "y": y})
    return loss.astype(jnp.float32).reshape(1)
