# expect: wrong_answer
# finding: update-per-micro-batch
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def batches(x, y, n):
    yield from zip(jnp.split(x, n), jnp.split(y, n))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr / micro_batches), wrt=nnx.Param)

    @nnx.jit
    def loss(m, x, y):
        return jnp.mean(jnp.square(m(x) - y.astype(jnp.bfloat16)))

    for xb, yb in batches(x, y, micro_batches):
        opt.update(model, nnx.grad(loss)(model, xb, yb))  #@ update-per-micro-batch
        final = loss(model, xb, yb)  #@ partial-loss-returned
    return final.astype(jnp.float32).reshape(1)  #@ partial-loss-returned
