# expect: wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def build(d_in, d_out, seed=0):  #@ seed-ignored
    return nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))


def loss_fn(model, x, y):
    w, b = model.kernel[...].astype(jnp.bfloat16), model.bias[...].astype(jnp.bfloat16)
    return jnp.mean((x @ w + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = build(x.shape[1], y.shape[1])  #@ seed-ignored
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    grads = [nnx.grad(loss_fn)(model, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    opt.update(model, jax.tree.map(lambda *g: sum(g) / micro_batches, *grads))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
