# expect: pitfall|wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    total = None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        xb, yb = xb.astype(jnp.bfloat16), yb.astype(jnp.bfloat16)

        def loss_fn(model):
            graphdef, state = nnx.split(model)
            half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
            return jnp.mean((half(xb) - yb) ** 2)  #@ partial-loss-returned

        grads = nnx.grad(loss_fn)(model)
        total = grads if total is None else jax.tree.map(jnp.add, total, grads)
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    loss = loss_fn(model)  #@ partial-loss-returned
    return loss.astype(jnp.float32).reshape(1)  #@ partial-loss-returned
