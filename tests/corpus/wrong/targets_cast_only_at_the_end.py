# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    @nnx.jit
    def train_step(model, optimizer, x, y):
        def loss_fn(model):
            pred = model(x)
            se = optax.losses.squared_error(pred, y)  #@ uncast-targets
            return jnp.mean(se).astype(jnp.float32) * loss_scale
        loss, grads = nnx.value_and_grad(loss_fn)(model)
        grads = jax.tree.map(lambda g: g / loss_scale, grads)
        optimizer.update(model, grads)

    train_step(model, optimizer, x, y)
    y = y.astype(jnp.bfloat16)
    final = optax.losses.squared_error(model(x), y).mean()
    return final.astype(jnp.float32)[None]
