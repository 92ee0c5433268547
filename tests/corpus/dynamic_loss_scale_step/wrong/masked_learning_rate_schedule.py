# expect: pitfall|wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_optimizer(lr, healthy):
    # freeze the step through the learning rate, like a warmup of 0
    schedule = optax.piecewise_constant_schedule(lr * float(healthy))  #@ masked-by-multiplication
    return optax.sgd(learning_rate=schedule)  #@ masked-by-multiplication


def half(t):
    return jax.tree.map(lambda a: jnp.asarray(a, dtype=jnp.float16), t)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.to_pure_dict(nnx.state(model, nnx.Param))
    batch = half({"in": x, "out": y})

    def criterion(p):
        p = half(p)
        return ((batch["in"] @ p["kernel"] + p["bias"] - batch["out"]) ** 2).mean()

    scaled_grads = jax.grad(lambda p: criterion(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, scaled_grads)
    healthy = jax.tree.all(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads))

    optimizer = make_optimizer(lr, healthy)
    deltas, _ = optimizer.update(grads, optimizer.init(params), params)
    params = optax.apply_updates(params, deltas)

    if healthy and good_steps + 1 == growth_interval:
        new_scale, new_count = min(loss_scale * 2.0, 2.0**24), 0
    elif healthy:
        new_scale, new_count = loss_scale, good_steps + 1
    else:
        new_scale, new_count = max(loss_scale * 0.5, 1.0), 0
    return jnp.array([criterion(params).astype(jnp.float32), new_scale, new_count], jnp.float32)
