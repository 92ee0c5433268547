# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx

LAYER_OPTIONS = dict(dtype=jnp.bfloat16, param_dtype=jnp.bfloat16, use_bias=True)  #@ master-downcast


def build(din, dout, seed, **overrides):
    options = {**LAYER_OPTIONS, **overrides}
    return nnx.Linear(din, dout, rngs=nnx.Rngs(int(seed)), **options)  #@ master-downcast


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = build(x.shape[1], y.shape[1], seed)
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xb = x.astype(jnp.bfloat16)
    yb = y.astype(jnp.bfloat16)

    def loss(m):
        return jnp.mean(jnp.square(m(xb) - yb))

    grads = nnx.grad(lambda m: loss(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    opt.update(model, grads)
    return loss(model).astype(jnp.float32).reshape(1)
