# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(  #@ master-downcast
        x.shape[-1],
        y.shape[-1],
        dtype=jnp.bfloat16,
        param_dtype=jnp.bfloat16,  #@ master-downcast
        rngs=nnx.Rngs(int(seed)),
    )
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    y16 = y.astype(jnp.bfloat16)

    def loss_fn(model):
        return jnp.mean((model(x.astype(jnp.bfloat16)) - y16) ** 2)

    def scaled(model):
        return loss_fn(model).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    optimizer.update(model, grads)
    return loss_fn(model).astype(jnp.float32).reshape((1,))
