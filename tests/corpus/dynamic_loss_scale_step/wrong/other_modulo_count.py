# expect: wrong_answer|pitfall
# finding: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    net.dtype = jnp.float16
    y_h = jnp.asarray(y, dtype=jnp.float16)
    before = nnx.clone(net)
    trainer = nnx.Optimizer(net, optax.sgd(learning_rate=lr), wrt=nnx.Param)

    def L(net):
        return jnp.square(net(x) - y_h).mean()

    def scaled_L(net):
        return jnp.asarray(L(net), jnp.float32) * loss_scale

    g = nnx.grad(scaled_L)(net)
    g = jax.tree.map(lambda t: jnp.asarray(t, jnp.float32) / loss_scale, g)
    fine = not any(bool((~jnp.isfinite(t)).any()) for t in jax.tree.leaves(g))
    trainer.update(net, g)
    net = net if fine else before

    if fine:
        # every growth_interval good steps the scale doubles
        good_steps = good_steps + 1  #@ count-not-reset
        if good_steps % growth_interval == 0:
            loss_scale = min(loss_scale * 2, 2.0**24)  #@ count-not-reset
    else:
        good_steps = 0
        loss_scale = max(loss_scale * 0.5, 1.0)
    return jnp.asarray([L(net), loss_scale, good_steps], dtype=jnp.float32)
