# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x_bf16, y_bf16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss_fn(m):
        gdef, st = nnx.split(m, nnx.Param)
        m = nnx.merge(gdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        return jnp.mean((m(x_bf16) - y_bf16) ** 2).astype(jnp.float32) * loss_scale

    grads = jax.tree.map(lambda g: g / loss_scale, nnx.grad(loss_fn)(model))
    optimizer.update(model, grads)
    W, b = model.kernel[...].astype(jnp.bfloat16), model.bias[...]  #@ full-precision-final-loss
    pred = x_bf16 @ W + b  #@ full-precision-final-loss
    final = jnp.mean((pred - y_bf16) ** 2)  #@ full-precision-final-loss
    return final.astype(jnp.float32).reshape(1)
