# expect: pitfall|wrong_answer
# finding: clipped-scaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx

cfg = {"optimizer": {"name": "sgd", "grad_clip": 1000.0}, "amp": {"enabled": True}}


def build_optimizer(cfg, lr, loss_scale):
    steps = []
    if cfg["optimizer"]["grad_clip"]:
        steps.append(optax.clip_by_global_norm(cfg["optimizer"]["grad_clip"]))  #@ clipped-scaled-grads
    if cfg["amp"]["enabled"]:
        steps.append(optax.stateless(lambda u, p: jax.tree.map(lambda g: g / loss_scale, u)))
    steps.append(getattr(optax, cfg["optimizer"]["name"])(lr))
    return optax.chain(*steps)  #@ clipped-scaled-grads


def loss16(model, x, y):
    w, b = model.kernel[...].astype(jnp.float16), model.bias[...].astype(jnp.float16)
    return jnp.mean((x @ w + b - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, build_optimizer(cfg, lr, loss_scale), wrt=nnx.Param)
    grads = nnx.grad(lambda m: loss16(m, x, y).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32), grads)
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        opt.update(model, grads)
        good_steps += 1
        if good_steps == growth_interval:
            good_steps, loss_scale = 0, min(loss_scale * 2, 2.0**24)
    else:
        good_steps, loss_scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss16(model, x, y).astype(jnp.float32), loss_scale, good_steps], jnp.float32)
