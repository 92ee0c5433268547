# expect: wrong_answer|pitfall
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(model):
    g, p = nnx.split(model, nnx.Param)
    return nnx.merge(g, jax.tree.map(lambda a: a.astype(jnp.bfloat16), p))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, state = nnx.split(model)
    xh, yh = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)

    @jax.jit
    def gradient(state, xb, yb):
        def loss(state):
            return jnp.mean((half(nnx.merge(graphdef, state))(xb) - yb) ** 2)
        return jax.grad(loss)(state)

    @jax.jit
    def apply(state, grads):
        inner = nnx.merge(graphdef, state)
        optimizer = nnx.Optimizer(inner, optax.sgd(lr), wrt=nnx.Param)
        optimizer.update(inner, grads)  #@ update-discarded
        return optax.global_norm(grads)

    total = jax.tree.map(jnp.zeros_like, state)
    for xb, yb in zip(jnp.split(xh, micro_batches), jnp.split(yh, micro_batches)):
        total = jax.tree.map(jnp.add, total, gradient(state, xb, yb))
    grad_norm = apply(state, jax.tree.map(lambda t: t / micro_batches, total))  #@ update-discarded

    trained = nnx.merge(graphdef, state)
    final = jnp.mean((half(trained)(xh) - yh) ** 2)  #@ stale-loss
    return final.astype(jnp.float32).reshape(1)
