# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def through(dtype):
    """Sends the updates through dtype and back."""
    def f(updates, params):
        return jax.tree.map(lambda u: u.astype(dtype).astype(u.dtype), updates)
    return optax.stateless(f)


def build_optimizer(lr, parts, comm_dtype=jnp.bfloat16):
    return optax.chain(
        optax.scale(1.0 / parts),
        through(comm_dtype),  #@ low-precision-grads
        optax.sgd(lr),
    )


def loss_fn(model, x, y):
    return jnp.mean(jnp.square(model(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, build_optimizer(lr, micro_batches), wrt=nnx.Param)
    parts = zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
    grads = [nnx.grad(loss_fn)(model, *part) for part in parts]
    opt.update(model, jax.tree.map(lambda *g: sum(g), *grads))
    return loss_fn(model, x, y).astype(jnp.float32)[None]
