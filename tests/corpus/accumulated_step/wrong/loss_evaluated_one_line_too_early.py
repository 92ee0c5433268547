# expect: wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    w, b = model.kernel[...].astype(jnp.bfloat16), model.bias[...].astype(jnp.bfloat16)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)


@nnx.jit
def evaluate(model, x, y):
    return loss_fn(model, x, y).astype(jnp.float32)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = [nnx.grad(loss_fn)(model, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    mean = jax.tree.map(lambda *g: sum(g) / micro_batches, *grads)
    loss = evaluate(model, x, y)  #@ stale-loss
    optimizer.update(model, mean)
    return jnp.array([loss])  #@ stale-loss
