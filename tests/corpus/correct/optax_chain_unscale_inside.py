# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(
        optax.scale(1.0 / loss_scale),
        optax.sgd(lr),
    )
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)

    def half_loss(m):
        gd, st = nnx.split(m)
        half = nnx.merge(gd, jax.tree.map(lambda p: p.astype("bfloat16"), st))
        pred = half(x.astype("bfloat16"))
        return optax.l2_loss(pred, y.astype("bfloat16")).mean() * 2

    @nnx.grad
    def grad_of_scaled(m):
        return half_loss(m).astype("float32") * loss_scale

    optimizer.update(model, grad_of_scaled(model))
    return half_loss(model).astype("float32").reshape(-1)
