# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


@nnx.jit
def train_micro(model, opt, xb, yb):
    def loss_fn(m):
        half = compute_copy(m)
        return jnp.mean((half(xb) - yb) ** 2)

    loss, grads = nnx.value_and_grad(loss_fn)(model)
    opt.update(model, grads)      # MultiSteps gives zeros until the last one
    return loss


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    inner = optax.sgd(lr, momentum=None, accumulator_dtype=jnp.bfloat16)  # copied from a LLM recipe
    tx = optax.MultiSteps(inner, every_k_schedule=micro_batches)
    opt = nnx.Optimizer(model, tx.gradient_transformation(), wrt=nnx.Param)
    xh, yh = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    n = x.shape[0] // micro_batches
    for k in range(micro_batches):
        train_micro(model, opt, xh[k * n:(k + 1) * n], yh[k * n:(k + 1) * n])
    final = compute_copy(model)
    return jnp.mean((final(xh) - yh) ** 2).astype(jnp.float32)[None]
