# expect: pitfall|wrong_answer
# finding: masked-by-multiplication
# finding: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def skip_nonfinite() -> optax.GradientTransformation:
    """Lets an update pass only if every element of it is finite."""

    def update(updates, params):
        del params
        ok = optax.tree.sum(jax.tree.map(lambda u: jnp.sum(~jnp.isfinite(u)), updates)) == 0
        return optax.tree.scale(ok.astype(jnp.float32), updates)  #@ masked-by-multiplication

    return optax.stateless(update)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.chain(skip_nonfinite(), optax.sgd(lr)), wrt=nnx.Param)
    x16, y16 = jnp.asarray(x).astype(jnp.float16), jnp.asarray(y).astype(jnp.float16)

    @nnx.jit
    def evaluate(model):
        return jnp.mean((model(x16) - y16) ** 2).astype(jnp.float32)

    @nnx.jit
    def train(model, optimizer, scale, count):
        grads = nnx.grad(lambda m: evaluate(m) * scale)(model)
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
        optimizer.update(model, grads)
        finite = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()

        count = count + finite.astype(jnp.int32)  #@ count-not-reset
        grow = finite & (count >= growth_interval)
        scale = jnp.where(finite, jnp.where(grow, scale * 2.0, scale), scale * 0.5)
        return jnp.clip(scale, 1.0, 2.0**24), jnp.where(grow, 0, count)  #@ count-not-reset

    scale, count = train(model, optimizer, jnp.float32(loss_scale), jnp.int32(good_steps))
    return jnp.stack([evaluate(model), scale, count.astype(jnp.float32)])
