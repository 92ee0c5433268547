# expect: pitfall|wrong_answer
# finding: uncast-targets
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compress(dtype):
    """Gradients take less memory in half precision; the optimizer gets them back in float32."""

    def update_fn(updates, state, params=None):
        packed = jax.tree.map(lambda g: g.astype(dtype), updates)  #@ low-precision-grads
        return jax.tree.map(lambda g: g.astype(jnp.float32), packed), state

    return optax.GradientTransformation(lambda p: optax.EmptyState(), update_fn)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(
        optax.scale(1.0 / loss_scale),
        compress(jnp.bfloat16),  #@ low-precision-grads
        optax.sgd(lr),
    )
    opt = nnx.Optimizer(model, tx, wrt=nnx.Param)

    def loss(m):
        return optax.squared_error(m(x), y).mean()  #@ uncast-targets

    opt.update(model, nnx.grad(lambda m: loss(m).astype(jnp.float32) * loss_scale)(model))
    return loss(model).astype(jnp.bfloat16).astype(jnp.float32).reshape(1)
