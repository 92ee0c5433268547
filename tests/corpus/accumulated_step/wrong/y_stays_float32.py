# expect: pitfall|wrong_answer
# finding: uncast-targets
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    # the layer computes in bfloat16, it casts x and its parameters by itself
    return jnp.mean((model(x) - y) ** 2)  #@ uncast-targets


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    size = x.shape[0] // micro_batches
    grads = [nnx.grad(loss_fn)(model, x[i:i + size], y[i:i + size]) for i in range(0, x.shape[0], size)]
    mean = jax.tree.map(lambda *g: sum(g) / micro_batches, *grads)
    optimizer.update(model, mean)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
