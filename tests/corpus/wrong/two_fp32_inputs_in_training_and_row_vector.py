# expect: wrong_answer
# finding: uncast-inputs
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def forward(model, inputs):
    gdef, st = nnx.split(model, nnx.Param)
    m = nnx.merge(gdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    return m(inputs).astype(jnp.bfloat16)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    target = y.astype(jnp.bfloat16)

    def loss_fn(model):
        d = forward(model, x) - target  #@ uncast-inputs
        return jnp.mean(d * d).astype(jnp.float32) * loss_scale

    grads = nnx.grad(loss_fn)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    d = forward(model, x.astype(jnp.bfloat16)) - target
    final = jnp.mean(d * d, keepdims=True)
    return final.astype(jnp.float32).reshape(1, -1)  #@ wrong-output-shape
