# expect: wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


class Amp:
    def __init__(self, scale):
        self.scale = scale

    def grad(self, fn):
        """Like jax.grad, through a scaled loss."""

        def wrapped(params):
            g = jax.grad(lambda p: fn(p).astype(jnp.float32) * self.scale)(params)
            return jax.tree.map(self.unscale, g)  #@ doubly-unscaled-grads

        return wrapped

    def unscale(self, g):
        return g.astype(jnp.float32) * jnp.float32(1.0 / self.scale)

    def finite(self, grads):
        return jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()

    def sgd(self, params, grads, lr):
        ok = self.finite(grads)
        grads = jax.tree.map(self.unscale, grads)  #@ doubly-unscaled-grads
        new = jax.tree.map(lambda p, g: jnp.where(ok, p - lr * g, p), params, grads)
        return new, bool(ok)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"k": lin.kernel[...], "b": lin.bias[...]}
    amp = Amp(loss_scale)

    def mse(p):
        h = {k: v.astype(jnp.float16) for k, v in p.items()}
        return jnp.mean((x.astype(jnp.float16) @ h["k"] + h["b"] - y.astype(jnp.float16)) ** 2)

    grads = amp.grad(mse)(params)
    params, ok = amp.sgd(params, grads, lr)  #@ doubly-unscaled-grads
    scale, count = (loss_scale, good_steps + 1) if ok else (max(loss_scale / 2, 1.0), 0)
    if count == growth_interval:
        scale, count = min(scale * 2, 2.0**24), 0
    return jnp.array([mse(params).astype(jnp.float32), scale, count], jnp.float32)
