# expect: wrong_answer
# finding: master-downcast
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def snap(model):
    """Rounds the weights, so that the bf16 copy and the float32 model agree exactly."""
    for name in ("kernel", "bias"):
        param = getattr(model, name)
        param[...] = param[...].astype(jnp.bfloat16).astype(jnp.float32)  #@ master-downcast
    return model


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = snap(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))  #@ master-downcast
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xb, yb = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss_fn(model):
        mse = jnp.mean((compute_copy(model)(xb) - yb) ** 2)
        return mse.astype(jnp.float32) * loss_scale

    opt.update(model, jax.tree.map(lambda g: g / loss_scale, nnx.grad(loss_fn)(model)))
    return loss_fn(model)[jnp.newaxis]  #@ scaled-loss-returned
