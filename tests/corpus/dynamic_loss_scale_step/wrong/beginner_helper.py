# expect: pitfall|wrong_answer
# finding: scale-grown-early
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def interval_reached(steps_before, interval):
    # steps_before: the good steps before this one
    return steps_before + 1 >= interval


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x = x.astype(jnp.float16)
    y = y.astype(jnp.float16)

    def loss_fn(model):
        kernel = model.kernel[...].astype(jnp.float16)
        bias = model.bias[...].astype(jnp.float16)
        pred = x @ kernel + bias
        loss = jnp.mean((pred - y) ** 2)
        return loss.astype(jnp.float32)

    def scaled_loss_fn(model):
        return loss_fn(model) * loss_scale

    grads = nnx.grad(scaled_loss_fn)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)

    finite = True
    for g in jax.tree.leaves(grads):
        finite = finite and bool(jnp.all(jnp.isfinite(g)))
    print("finite:", finite)

    scale = loss_scale
    count = good_steps
    if finite:
        optimizer.update(model, grads)
        count = count + 1
        if interval_reached(count, growth_interval):  #@ scale-grown-early
            print("growing!")
            scale = min(scale * 2, 2.0**24)
            count = 0
    else:
        scale = max(scale / 2, 1.0)
        count = 0
    loss = loss_fn(model)
    print("loss:", loss, "scale:", scale, "count:", count)
    return jnp.array([loss, scale, count], dtype=jnp.float32)
