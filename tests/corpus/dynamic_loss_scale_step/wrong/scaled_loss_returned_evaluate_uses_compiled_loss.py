# expect: pitfall|wrong_answer
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


class KerasLike:
    def __init__(self, seed, n_in, n_out):
        self.dense = nnx.Linear(n_in, n_out, rngs=nnx.Rngs(int(seed)))
        self.variables = [self.dense.kernel[...], self.dense.bias[...]]

    def compile(self, loss, lr, loss_scale):
        self.lr, self.loss_scale = lr, loss_scale
        self.compiled_loss = lambda t, p: loss(t, p).astype(jnp.float32) * loss_scale

    def call(self, variables, x):
        k, b = [v.astype(jnp.float16) for v in variables]
        return x.astype(jnp.float16) @ k + b

    def train_step(self, x, y):
        grads = jax.grad(lambda v: self.compiled_loss(y, self.call(v, x)))(self.variables)
        grads = [g.astype(jnp.float32) / self.loss_scale for g in grads]
        ok = all([bool(jnp.isfinite(g).all()) for g in grads])
        if ok:
            self.variables = [v - self.lr * g for v, g in zip(self.variables, grads)]
        return ok

    def evaluate(self, x, y):
        return self.compiled_loss(y, self.call(self.variables, x))  #@ scaled-loss-returned


def mse(y_true, y_pred):
    return jnp.mean(jnp.square(y_true.astype(jnp.float16) - y_pred))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x), jnp.asarray(y)
    model = KerasLike(seed, x.shape[-1], y.shape[-1])
    model.compile(mse, lr, loss_scale)
    if model.train_step(x, y):
        n = good_steps + 1
        s, n = (min(loss_scale * 2, 2.0**24), 0) if n == growth_interval else (loss_scale, n)
    else:
        s, n = max(loss_scale / 2, 1.0), 0
    return jnp.array([model.evaluate(x, y), s, n], jnp.float32)  #@ scaled-loss-returned
