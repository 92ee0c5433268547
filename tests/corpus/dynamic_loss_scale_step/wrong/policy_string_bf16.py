# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
from flax import nnx


class Policy:
    def __init__(self, text):
        for part in text.split(","):
            key, name = part.split("=")
            setattr(self, key, jnp.dtype(name))

    def cast_to_compute(self, tree):
        return jax.tree.map(lambda a: jnp.asarray(a).astype(self.compute), tree)

    def cast_to_param(self, tree):
        return jax.tree.map(lambda a: a.astype(self.params), tree)

    def cast_to_output(self, tree):
        return jax.tree.map(lambda a: a.astype(self.output), tree)


policy = Policy("params=float32,compute=bfloat16,output=float32")  #@ wrong-half-dtype


def loss(params, batch):
    params, (x, y) = policy.cast_to_compute((params, batch))
    return jnp.mean(jnp.square(x @ params["kernel"] + params["bias"] - y))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = dict(kernel=lin.kernel[...], bias=lin.bias[...])

    grads = jax.grad(lambda p: policy.cast_to_output(loss(p, (x, y))) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, policy.cast_to_param(grads))
    finite = jnp.all(jnp.stack([jnp.isfinite(g).all() for g in grads.values()]))
    params = {k: jnp.where(finite, p - lr * grads[k], p) for k, p in params.items()}

    if not finite:
        state = max(loss_scale / 2, 1.0), 0
    elif good_steps + 1 < growth_interval:
        state = loss_scale, good_steps + 1
    else:
        state = min(loss_scale * 2, 2.0**24), 0
    return jnp.array([policy.cast_to_output(loss(params, (x, y))), *state], policy.output)
