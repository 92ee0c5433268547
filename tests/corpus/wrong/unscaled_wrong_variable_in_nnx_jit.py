# expect: wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def mean_error(model, x, y):
    return jnp.mean((compute_copy(model)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


@nnx.jit
def train(model, opt, x, y, scale):
    def loss_fn(m):
        loss = mean_error(m, x, y)
        return loss.astype(jnp.float32) * scale, loss

    (_, loss), grads = nnx.value_and_grad(loss_fn, has_aux=True)(model)
    grads32 = jax.tree.map(lambda g: g.astype(jnp.float32), grads)
    unscaled = jax.tree.map(lambda g: g / scale, grads32)
    finite = jnp.all(jnp.isfinite(unscaled.kernel[...]))
    opt.update(model, grads32)  #@ unscaled-grads
    return loss, finite


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    loss, finite = train(model, opt, x, y, loss_scale)
    return mean_error(model, x, y).astype(jnp.float32).reshape(1)
