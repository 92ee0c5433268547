# expect: pitfall|wrong_answer
# finding: full-precision-forward
# allow: uncast-inputs
# allow: full-precision-final-loss
"""Wrong: the layer is built with dtype=float32, so its call promotes the copied kernel and the cast input back."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def low(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    pred = nnx.merge(graphdef, low(state))(low(x))  #@ full-precision-forward
    return jnp.mean(jnp.square(low(pred) - low(y)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))  #@ full-precision-forward
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = [nnx.grad(loss_fn)(model, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    opt.update(model, jax.tree.map(lambda *g: sum(g) / micro_batches, *grads))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
