# expect: wrong_answer|pitfall
# finding: uncast-targets
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, batch):
    features, targets = batch
    # dtype=bfloat16 in the layer does the casts
    predictions = model(features)
    return jnp.mean((predictions - targets) ** 2)  #@ uncast-targets


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    shape = (micro_batches, x.shape[0] // micro_batches)
    xs = x.reshape(*shape, x.shape[1])
    ys = y.reshape(*shape, y.shape[1])

    grad_sum = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for batch in zip(xs, ys):
        loss, grads = nnx.value_and_grad(loss_fn)(model, batch)
        grad_sum = jax.tree.map(lambda s, g: s + g, grad_sum, grads)

    optimizer.update(model, jax.tree.map(lambda s: s / micro_batches, grad_sum))
    final_loss = loss_fn(model, (x, y))
    return jnp.asarray(final_loss, jnp.float32).reshape(1)
