# expect: wrong_answer|pitfall
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    n = x.shape[0] // micro_batches

    def half_model(model):
        graphdef, state = nnx.split(model, nnx.Param)
        return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))

    def part(net, i, size):
        xb = jnp.asarray(x[i:i + size], jnp.bfloat16)
        yb = jnp.asarray(y[i:i + size], jnp.bfloat16)
        return jnp.mean((net(xb) - yb) ** 2)

    def total_loss(model):
        net = half_model(model)  #@ low-precision-accumulator
        total = jnp.zeros((), jnp.float32)
        for i in range(0, x.shape[0], n):
            total += part(net, i, n).astype(jnp.float32)  #@ low-precision-accumulator
        return total

    grads = nnx.grad(total_loss)(model)  #@ low-precision-accumulator
    optimizer.update(model, jax.tree.map(lambda g: g / micro_batches, grads))
    final = part(half_model(model), 0, x.shape[0])
    return final.astype(jnp.float32).reshape(1)
