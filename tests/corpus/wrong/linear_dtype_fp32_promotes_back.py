# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))  #@ full-precision-forward
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x_bf16, y_bf16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss_fn(model):
        gd, st = nnx.split(model)
        half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        pred = half(x_bf16).astype(jnp.bfloat16)  #@ full-precision-forward
        return jnp.mean((pred - y_bf16) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    opt.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return loss_fn(model).astype(jnp.float32).reshape((1,))
