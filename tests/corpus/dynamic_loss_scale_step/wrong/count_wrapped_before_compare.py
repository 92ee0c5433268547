# expect: pitfall|wrong_answer
# finding: scale-not-grown
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx

LOW, HIGH = 1.0, 2.0**24


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.state(model, nnx.Param)
    graphdef = nnx.graphdef(model)
    cast16 = lambda t: jax.tree.map(lambda a: jnp.asarray(a).astype(jnp.float16), t)
    xb, yb = cast16([x, y])

    def loss_of(p):
        pred = nnx.call((graphdef, p))(xb)[0]
        return optax.squared_error(pred, yb).mean()

    def scaled(p):
        loss = loss_of(p)
        return (loss * float(loss_scale)).astype(jnp.float32)  #@ low-precision-loss-scale

    grads = jax.grad(scaled)(cast16(params))
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = bool(jax.tree.all(jax.tree.map(lambda g: jnp.isfinite(g).all(), grads)))

    if finite:
        tx = optax.sgd(lr)
        upd, _ = tx.update(grads, tx.init(params))
        params = optax.apply_updates(params, upd)
        count = (good_steps + 1) % growth_interval  # back to 0 when it is reached
        if count == growth_interval:  #@ scale-not-grown
            loss_scale = min(loss_scale * 2, HIGH)
    else:
        count = 0
        loss_scale = max(loss_scale * 0.5, LOW)
    return jnp.array([jnp.float32(loss_of(cast16(params))), loss_scale, count], jnp.float32)
