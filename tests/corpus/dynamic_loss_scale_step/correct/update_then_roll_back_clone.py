# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    backup = nnx.clone(model)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss(m):
        p = x.astype("float16") @ m.kernel[...].astype("float16") + m.bias[...].astype("float16")
        return ((p - y.astype("float16")) ** 2).mean()

    def scaled_loss(m):
        return loss(m).astype("float32") * loss_scale

    grads = nnx.grad(scaled_loss)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    optimizer.update(model, grads)

    bad = False
    for g in jax.tree.leaves(grads):
        bad = bad or bool(jnp.any(~jnp.isfinite(g)))

    if bad:
        model = backup
        loss_scale = loss_scale / 2
        if loss_scale < 1.0:
            loss_scale = 1.0
        good_steps = 0
    else:
        good_steps = good_steps + 1
        if good_steps == growth_interval:
            loss_scale = loss_scale * 2
            if loss_scale > 2**24:
                loss_scale = 2**24
            good_steps = 0

    return jnp.array([loss(model).astype("float32"), loss_scale, good_steps], dtype="float32")
