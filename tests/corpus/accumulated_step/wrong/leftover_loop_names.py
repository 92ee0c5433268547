# expect: pitfall|wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model, inputs, targets):
        graphdef, state = nnx.split(model, nnx.Param)
        state = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
        pred = nnx.merge(graphdef, state)(inputs)
        return jnp.mean((pred - targets) ** 2)

    x_all = jnp.asarray(x).astype(jnp.bfloat16)
    y_all = jnp.asarray(y).astype(jnp.bfloat16)
    n = x_all.shape[0] // micro_batches

    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for i in range(micro_batches):
        x, y = x_all[i * n:(i + 1) * n], y_all[i * n:(i + 1) * n]  #@ partial-loss-returned
        grads = nnx.grad(loss_fn)(model, x, y)
        total = jax.tree.map(jnp.add, total, grads)

    opt.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return jnp.array([loss_fn(model, x, y)], jnp.float32)  #@ partial-loss-returned
