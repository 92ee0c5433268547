# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    @nnx.jit
    def train(model, optimizer, x, y):
        def loss_fn(model):
            pred = x @ jnp.astype(model.kernel[...], jnp.float16) + jnp.astype(model.bias[...], jnp.float16)
            return jnp.mean(jnp.square(pred - y))

        grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
        finite = jnp.all(jnp.array([jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)]))
        # plain SGD: no gradient, no step
        grads = jax.tree.map(lambda g: jnp.where(finite, g, jnp.zeros_like(g)), grads)
        optimizer.update(model, grads)
        return finite, loss_fn(model)

    finite, loss = train(model, optimizer, x.astype(jnp.float16), y.astype(jnp.float16))

    match (bool(finite), good_steps + 1 < growth_interval):
        case (True, True):
            scale, count = loss_scale, good_steps + 1
        case (True, False):
            scale, count = min(loss_scale * 2, 2**24), 0
        case (False, _):
            scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss.astype(jnp.float32), scale, count], dtype=jnp.float32)
