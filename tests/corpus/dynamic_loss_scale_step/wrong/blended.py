# expect: wrong_answer|pitfall
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mix(new, old, weight):
    return jax.tree.map(lambda n, o: weight * n + (1.0 - weight) * o, new, old)  #@ masked-by-multiplication


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    graphdef, old = nnx.split(model)
    target = y.astype(jnp.float16)

    def forward(state):
        return jnp.mean(jnp.square(nnx.merge(graphdef, state)(x) - target))

    grads = jax.grad(lambda s: forward(s).astype(jnp.float32) * loss_scale)(old)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()

    sgd = optax.sgd(lr)
    updates, _ = sgd.update(grads, sgd.init(old), old)
    new = mix(optax.apply_updates(old, updates), old, jnp.float32(finite))

    reached = good_steps + 1 == growth_interval
    if not finite:
        scale, count = max(loss_scale / 2, 1.0), 0
    elif reached:
        scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale, count = loss_scale, good_steps + 1
    return jnp.array([forward(new), scale, count], dtype=jnp.float32)
