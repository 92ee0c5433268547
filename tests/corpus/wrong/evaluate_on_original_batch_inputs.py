# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from dataclasses import dataclass


@dataclass
class Batch:
    x: jax.Array
    y: jax.Array

    def half(self):
        return Batch(self.x.astype(jnp.bfloat16), self.y.astype(jnp.bfloat16))


def half_model(model):
    gdef, st = nnx.split(model, nnx.Param)
    return nnx.merge(gdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    data = Batch(x, y)

    def loss_fn(m):
        b = data.half()
        return jnp.mean((half_model(m)(b.x) - b.y) ** 2).astype(jnp.float32) * loss_scale

    grads = nnx.grad(loss_fn)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))

    final_model = half_model(model)
    pred = final_model(data.x).astype(jnp.bfloat16)  #@ uncast-inputs
    final = jnp.mean((pred - data.half().y) ** 2)
    return final.astype(jnp.float32).reshape(1)
