# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
# allow: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half_loss(half, x, y):
    return jnp.mean((half(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def make_half():
        gd, st = nnx.split(model, nnx.Param)
        return nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))

    half = make_half()
    x16, y16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    n = x.shape[0] // micro_batches
    total = None
    for i in range(micro_batches):
        grads = nnx.grad(half_loss)(half, x16[i * n:(i + 1) * n], y16[i * n:(i + 1) * n])
        if total is None:
            total = grads
        else:
            total = jax.tree.map(lambda a, b: a + b, total, grads)  #@ low-precision-accumulator
    # to float32 for the optimizer
    mean = jax.tree.map(lambda t: t.astype(jnp.float32) / micro_batches, total)
    optimizer.update(model, mean)
    return half_loss(make_half(), x16, y16).astype(jnp.float32).reshape(1)
