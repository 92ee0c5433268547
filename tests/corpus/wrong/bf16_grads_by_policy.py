# expect: pitfall|wrong_answer
# finding: low-precision-grads|low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Policy:
    param = jnp.float32
    compute = jnp.bfloat16

    @classmethod
    def to_compute(cls, tree):
        return jax.tree.map(lambda t: t.astype(cls.compute), tree)

    @classmethod
    def to_param(cls, tree):
        return jax.tree.map(lambda t: t.astype(cls.param), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    policy = Policy()
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss(model, x, y):
        graphdef, params = nnx.split(model, nnx.Param)
        params, x, y = policy.to_compute((params, x, y))
        return jnp.mean((nnx.merge(graphdef, params)(x) - y) ** 2)

    grads = nnx.grad(lambda m: policy.to_param(loss(m, x, y)) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, policy.to_param(grads))
    # gradients belong to the backward pass, which is bf16
    optimizer.update(model, policy.to_compute(grads))  #@ low-precision-grads, low-precision-update
    return policy.to_param(loss(model, x, y)).reshape(1)
