# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@nnx.jit
def part_grads(model, xb, yb):
    return nnx.grad(objective)(model, xb, yb)


def objective(model, xb, yb):
    # the layer casts its float32 kernel, bias and input to its dtype by itself
    diff = model(xb) - yb.astype(jnp.bfloat16)
    return jnp.mean(jnp.square(diff))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, param_dtype=jnp.float32,
                       rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(learning_rate=lr), wrt=nnx.Param)
    acc = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for xb, yb in zip(jnp.split(x, micro_batches, axis=0), jnp.split(y, micro_batches, axis=0)):
        acc = jax.tree.map(jnp.add, acc, part_grads(model, xb, yb))
    opt.update(model, jax.tree.map(lambda a: a * (1.0 / micro_batches), acc))
    return jnp.asarray(objective(model, x, y), dtype=jnp.float32).reshape(-1)
