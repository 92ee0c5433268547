# expect: wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    grads = [nnx.grad(loss_fn)(model, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    opt.update(model, jax.tree.map(lambda *g: sum(g) / micro_batches, *grads))
    return loss_fn(model, x, y).astype(jnp.float32)  #@ wrong-output-shape
