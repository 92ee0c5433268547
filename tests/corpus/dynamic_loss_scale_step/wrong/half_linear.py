# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Net(nnx.Module):
    def __init__(self, din: int, dout: int, *, dtype=jnp.float16, rngs: nnx.Rngs):
        self.linear = nnx.Linear(din, dout, dtype=dtype, param_dtype=dtype, rngs=rngs)  #@ master-downcast

    def __call__(self, x):
        return self.linear(x)


def loss_fn(model: Net, x: jax.Array, y: jax.Array) -> jax.Array:
    return jnp.mean(jnp.square(model(x) - y))


def tree_is_finite(tree) -> jax.Array:
    return jnp.all(jnp.stack([jnp.all(jnp.isfinite(t)) for t in jax.tree.leaves(tree)]))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = Net(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def scaled_loss_fn(m):
        return loss_fn(m, x16, y16).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled_loss_fn)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    if tree_is_finite(grads):
        optimizer.update(model, grads)
        good_steps = good_steps + 1
        if good_steps == growth_interval:
            loss_scale = min(2.0 * loss_scale, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(0.5 * loss_scale, 1.0)
        good_steps = 0

    loss = loss_fn(model, x16, y16).astype(jnp.float32)
    return jnp.array([loss, loss_scale, good_steps], dtype=jnp.float32)
