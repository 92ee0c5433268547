# expect: pitfall|wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xs, ys = jnp.asarray(x).astype(jnp.float16), jnp.asarray(y).astype(jnp.float16)

    @nnx.jit
    def loss(m):
        return jnp.mean((m(xs) - ys) ** 2).astype(jnp.float32)

    grads = nnx.grad(lambda m: loss(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    grads = jax.tree.map(lambda g: g * finite, grads)  #@ masked-by-multiplication
    opt.update(model, grads)

    n = jnp.where(finite, good_steps + 1, 0)
    s = jnp.where(finite, loss_scale, max(loss_scale / 2, 1.0))
    s = jnp.where(n == growth_interval, min(loss_scale * 2, 2.0 ** 24), s)
    n = jnp.where(n == growth_interval, 0, n)
    return jnp.stack([loss(model), s, n]).astype(jnp.float32)
