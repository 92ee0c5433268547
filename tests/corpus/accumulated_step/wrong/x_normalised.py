# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    keep = np.ones((1, x.shape[1]), np.float32)  # room for a feature mask

    def loss_fn(model, xb, yb):
        graphdef, state = nnx.split(model)
        w = state.kernel[...].astype(jnp.bfloat16)
        b = state.bias[...].astype(jnp.bfloat16)
        features = xb.astype(jnp.bfloat16) * keep  #@ uncast-inputs
        pred = jnp.matmul(features, w).astype(jnp.bfloat16) + b  #@ uncast-inputs
        return jnp.mean((pred - yb.astype(jnp.bfloat16)) ** 2)

    grads = [nnx.grad(loss_fn)(model, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    optimizer.update(model, jax.tree.map(lambda *g: jnp.stack(g).mean(axis=0), *grads))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
