# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@nnx.jit
def train_step(model, optimizer, x, y, scale):
    def loss_fn(model):
        pred = model(x).astype(jnp.float16)  #@ full-precision-forward
        loss = jnp.mean(jnp.square(pred - y))
        return loss.astype(jnp.float32) * scale, loss

    grads, _ = nnx.grad(loss_fn, has_aux=True)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float16).astype(jnp.float32) / scale, grads)
    finite = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()

    def do(model, optimizer, grads):
        optimizer.update(model, grads)

    nnx.cond(finite, do, lambda model, optimizer, grads: None, model, optimizer, grads)
    return finite, loss_fn(model)[1]


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)
    finite, loss = train_step(model, optimizer, x16, y16, jnp.float32(loss_scale))
    if finite:
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2.0, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2.0, 1.0), 0
    return jnp.array([loss, loss_scale, good_steps], dtype=jnp.float32)
