# expect: wrong_answer
# finding: master-downcast
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xs = jnp.split(x.astype(jnp.bfloat16), micro_batches)
    ys = jnp.split(y.astype(jnp.bfloat16), micro_batches)

    def loss(model, i):
        k = model.kernel[...].astype(jnp.bfloat16)
        b = model.bias[...].astype(jnp.bfloat16)
        return jnp.mean((xs[i] @ k + b - ys[i]) ** 2)

    # what the forward sees and what is kept should be the same numbers
    model.kernel[...] = model.kernel[...].astype(jnp.bfloat16).astype(jnp.float32)  #@ master-downcast
    grads = [nnx.grad(loss)(model, i) for i in range(micro_batches)]
    opt.update(model, jax.tree.map(lambda *g: jnp.mean(jnp.stack(g), 0), *grads))
    return loss(model, 0).astype(jnp.float32).reshape(1)  #@ partial-loss-returned
