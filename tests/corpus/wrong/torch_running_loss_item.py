# expect: pitfall|wrong_answer
# finding: stale-loss
# noline: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    loader = [(x.astype(jnp.bfloat16), y.astype(jnp.bfloat16))]
    running_loss = 0.0

    for i, (inputs, labels) in enumerate(loader):
        def forward(model):
            loss = jnp.mean((model(inputs) - labels) ** 2).astype(jnp.float32)
            return loss * loss_scale, loss

        (_, loss), grads = nnx.value_and_grad(forward, has_aux=True)(model)  #@ stale-loss
        grads = jax.tree.map(lambda g: g / loss_scale, grads)
        optimizer.update(model, grads)
        running_loss += loss.item()  #@ stale-loss

    return jnp.array([running_loss / len(loader)], dtype=jnp.float32)  #@ stale-loss
