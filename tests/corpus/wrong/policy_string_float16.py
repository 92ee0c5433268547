# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Policy:
    def __init__(self, spec):
        parts = dict(item.split("=") for item in spec.split(","))
        self.compute, self.output = jnp.dtype(parts["compute"]), jnp.dtype(parts["output"])

    def to_compute(self, tree):
        return jax.tree.map(lambda leaf: leaf.astype(self.compute), tree)  #@ wrong-half-dtype

    def to_output(self, tree):
        return jax.tree.map(lambda leaf: leaf.astype(self.output), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    policy = Policy("params=float32,compute=float16,output=float32")  #@ wrong-half-dtype
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)

    def loss_fn(params):
        p, a, t = policy.to_compute((params, x, y))  #@ wrong-half-dtype
        return policy.to_output(jnp.mean((nnx.merge(graphdef, p)(a) - t) ** 2))

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    updates, _ = tx.update(jax.tree.map(lambda g: g / loss_scale, grads), tx.init(params))
    params = optax.apply_updates(params, updates)
    return loss_fn(params).reshape((1,))
