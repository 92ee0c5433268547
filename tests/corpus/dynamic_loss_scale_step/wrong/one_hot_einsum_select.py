# expect: pitfall|wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
from flax import nnx


def choose(index, *options):
    hot = jax.nn.one_hot(index, len(options), dtype=jnp.float32)
    return jax.tree.map(lambda *o: jnp.einsum("s,s...->...", hot, jnp.stack(o)), *options)  #@ masked-by-multiplication


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = {"W": lin.kernel[...], "b": lin.bias[...]}
    down = lambda t: jax.tree.map(lambda a: jnp.asarray(a, jnp.float16), t)
    X, Y = down([x, y])

    def mse(t16):
        return jnp.mean(jnp.square(X @ t16["W"] + t16["b"] - Y)).astype(jnp.float32)

    raw = jax.grad(lambda t: loss_scale * mse(t))(down(theta))
    grads = jax.tree.map(lambda g: jnp.asarray(g, jnp.float32) / loss_scale, raw)
    ok = jnp.isfinite(jnp.concatenate([g.ravel() for g in grads.values()])).all()
    stepped = {k: theta[k] - lr * grads[k] for k in theta}
    theta = choose(ok.astype(jnp.int32), theta, stepped)  #@ masked-by-multiplication
    n = good_steps + 1
    hit = n >= growth_interval
    s = jnp.where(ok, min(loss_scale * (1 + hit), 2.0**24), max(loss_scale / 2, 1.0))
    return jnp.stack([mse(down(theta)), s.astype(jnp.float32), jnp.where(ok & ~hit, n, 0).astype(jnp.float32)])
