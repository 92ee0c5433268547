# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    # step 1: model
    my_model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    my_optimizer = nnx.Optimizer(my_model, optax.sgd(lr), wrt=nnx.Param)
    print("kernel", my_model.kernel.shape, "bias", my_model.bias.shape)

    # step 2: loss
    def my_loss(model):
        k = model.kernel[...].astype(jnp.float16)
        b = model.bias[...].astype(jnp.float16)
        prediction = x.astype(jnp.float16) @ k + b
        error = prediction - y.astype(jnp.float16)
        square = error * error
        mean = jnp.mean(square)
        return mean.astype(jnp.float32) * loss_scale

    # step 3: gradients
    loss_before, grads = nnx.value_and_grad(my_loss)(my_model)
    print("loss before", loss_before / loss_scale)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    # step 4: look at them
    everything_ok = True
    for g in jax.tree.leaves(grads):
        if not bool(jnp.isfinite(g).all()):
            everything_ok = False
    print("ok?", everything_ok)

    # step 5, 6
    if not everything_ok:
        new_scale = loss_scale / 2
        if new_scale < 1.0:
            new_scale = 1.0
        loss = my_loss(my_model) / loss_scale
        return jnp.array([loss, new_scale, 0.0], dtype=jnp.float32)

    my_optimizer.update(my_model, grads)
    new_scale = loss_scale
    new_count = good_steps + 1
    if new_count >= growth_interval:
        new_scale = loss_scale * 2
        if new_scale > 2**24:
            new_scale = 2**24
        new_count = 0
    # step 7
    loss = my_loss(my_model) / loss_scale
    print("loss after", loss)
    return jnp.array([loss, new_scale, new_count], dtype=jnp.float32)
