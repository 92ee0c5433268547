# expect: pitfall|wrong_answer
# finding: low-precision-grads|low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def to_bf16(tree):
        return jax.tree.map(lambda v: v.astype(jnp.bfloat16), tree)

    def loss_fn(model):
        graphdef, state = nnx.split(model)
        return jnp.mean((nnx.merge(graphdef, to_bf16(state))(to_bf16(x)) - to_bf16(y)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    # same dtype as the compute copy
    optimizer.update(model, to_bf16(grads))  #@ low-precision-grads, low-precision-update
    return loss_fn(model).astype(jnp.float32).reshape((1,))
