# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
from flax import nnx


def all_finite(tree):
    ok = True
    for leaf in jax.tree.leaves(tree):
        ok = bool(jnp.isfinite(leaf).all())  #@ partial-finite-check
    return ok


class Regression:
    def __init__(self, seed, d_in, d_out):
        lin = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
        self.coef_ = {"bias": lin.bias[...], "kernel": lin.kernel[...]}

    @staticmethod
    def _loss(coef, X, y):
        c = {k: v.astype(jnp.float16) for k, v in coef.items()}
        return jnp.mean(jnp.square(X @ c["kernel"] + c["bias"] - y))

    def partial_fit(self, X, y, lr, scale, n, every):
        grads = jax.grad(lambda c: self._loss(c, X, y).astype(jnp.float32) * scale)(self.coef_)
        grads = {k: g.astype(jnp.float32) / scale for k, g in grads.items()}
        if all_finite(grads):
            self.coef_ = {k: self.coef_[k] - lr * grads[k] for k in grads}
            n += 1
            if n == every:
                return min(scale * 2, 2.0**24), 0
            return scale, n
        return max(scale / 2, 1.0), 0

    def score(self, X, y):
        return self._loss(self.coef_, X, y)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    X, t = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    est = Regression(seed, X.shape[1], t.shape[1])
    s, n = est.partial_fit(X, t, lr, loss_scale, good_steps, growth_interval)
    return jnp.array([est.score(X, t).astype(jnp.float32), s, n], jnp.float32)
