# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax, jax.numpy as jnp, optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))  #@ full-precision-forward
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = (jnp.asarray(v).astype(jnp.bfloat16) for v in (x, y))

    def loss(m, a, b):
        return jnp.mean((compute_copy(m)(a) - b) ** 2).astype(jnp.bfloat16)

    it = iter(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    grads = nnx.grad(loss)(model, *next(it))
    for a, b in it:
        grads = jax.tree.map(jnp.add, grads, nnx.grad(loss)(model, a, b))
    opt.update(model, jax.tree.map(lambda g: g / micro_batches, grads))
    return loss(model, x, y).astype(jnp.float32).reshape(1)
